package io.nightshift.storage;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** A file system that Hadoop knows, such as HDFS or S3A. */
final class HadoopStorage implements Storage {

    private final FileSystem fileSystem;
    private final FileContext context;

    private HadoopStorage(FileSystem fileSystem, FileContext context) {
        this.fileSystem = fileSystem;
        this.context = context;
    }

    /** @throws NightshiftException PATH_REFUSED where the scheme's classes are missing, STORAGE_FAILED where it can't be reached */
    static HadoopStorage connect(String scheme, String path, Map<String, String> properties) {
        Configuration configuration = new Configuration();
        properties.forEach(configuration::set);
        try {
            URI uri = toPath(path).toUri();
            FileSystem fileSystem = FileSystem.newInstance(uri, configuration);
            return new HadoopStorage(fileSystem, FileContext.getFileContext(uri, configuration));
        } catch (UnsupportedFileSystemException | NoClassDefFoundError e) {
            throw unsupported(scheme, path, e);
        } catch (RuntimeException e) {
            if (isClassMissing(e)) {
                throw unsupported(scheme, path, e);
            }
            throw new NightshiftException(
                    FailureCode.STORAGE_FAILED, "cannot connect to " + path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw StorageFailure.of("connect to", path, e);
        }
    }

    /** Scheme and authority: the paths of one file system share them. */
    static String fileSystemOf(String path) {
        int authority = path.indexOf("://");
        int slash = authority < 0 ? path.indexOf('/') : path.indexOf('/', authority + 3);
        return slash < 0 ? path : path.substring(0, slash);
    }

    @Override
    public List<StoredFile> list(String path) {
        try {
            Path root = toPath(path);
            if (!Glob.isGlob(path) || fileSystem.exists(root)) {
                FileStatus status = fileSystem.getFileStatus(root);
                return status.isDirectory() ? sorted(path, walk(path)) : List.of(file(path));
            }
            Glob glob = Glob.parse(path, this::isFolder);
            List<StoredFile> files = walk(glob.base());
            java.nio.file.Path base = java.nio.file.Path.of(glob.base());
            files.removeIf(file -> !glob.matches(base.relativize(java.nio.file.Path.of(file.path()))));
            return sorted(path, files);
        } catch (IOException e) {
            throw StorageFailure.of("list", path, e);
        }
    }

    @Override
    public StoredFile file(String path) {
        try {
            FileStatus status = fileSystem.getFileStatus(toPath(path));
            if (!status.isFile()) {
                throw StorageFailure.missing(path);
            }
            return stored(path, status);
        } catch (IOException e) {
            throw StorageFailure.of("read", path, e);
        }
    }

    @Override
    public Optional<Place> place(String path) {
        try {
            FileStatus status = fileSystem.getFileStatus(toPath(path));
            return Optional.of(new Place(
                    path,
                    status.isDirectory(),
                    status.isDirectory() ? 0 : status.getLen(),
                    Instant.ofEpochMilli(status.getModificationTime())));
        } catch (FileNotFoundException nothing) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageFailure.of("look at", path, e);
        }
    }

    @Override
    public boolean exists(String path) {
        try {
            return fileSystem.exists(toPath(path));
        } catch (IOException e) {
            throw StorageFailure.of("read", path, e);
        }
    }

    @Override
    public String canonical(String path) {
        return fileSystem.makeQualified(toPath(path)).toString();
    }

    @Override
    public List<String> children(String folder) {
        try {
            Path path = toPath(folder);
            if (!fileSystem.exists(path) || !fileSystem.getFileStatus(path).isDirectory()) {
                return List.of();
            }
            List<String> names = new ArrayList<>();
            for (FileStatus status : fileSystem.listStatus(path)) {
                names.add(status.getPath().getName());
            }
            names.sort(null);
            return names;
        } catch (IOException e) {
            throw StorageFailure.of("list", folder, e);
        }
    }

    @Override
    public SeekableByteChannel open(String path) {
        try {
            long size = file(path).size();
            return new HadoopChannel(fileSystem.open(toPath(path)), size);
        } catch (IOException e) {
            throw StorageFailure.of("open", path, e);
        }
    }

    @Override
    public byte[] read(String path, int limit) {
        StoredFile file = file(path);
        if (file.size() > limit) {
            throw StorageFailure.tooLarge(path, file.size(), limit);
        }
        byte[] bytes = new byte[(int) file.size()];
        try (FSDataInputStream in = fileSystem.open(toPath(path))) {
            in.readFully(0, bytes);
            return bytes;
        } catch (IOException e) {
            throw StorageFailure.of("read", path, e);
        }
    }

    @Override
    public StoredOutput create(String path) {
        try {
            return new HadoopOutput(path, fileSystem.create(toPath(path), false));
        } catch (IOException e) {
            throw StorageFailure.of("create", path, e);
        }
    }

    @Override
    public void rename(String from, String to) {
        try {
            fileSystem.mkdirs(toPath(to).getParent());
            context.rename(toPath(from), toPath(to), Options.Rename.OVERWRITE);
        } catch (IOException e) {
            throw StorageFailure.of("rename " + from + " to", to, e);
        }
    }

    @Override
    public void deleteRecursively(String path) {
        try {
            fileSystem.delete(toPath(path), true);
        } catch (IOException e) {
            throw StorageFailure.of("delete", path, e);
        }
    }

    void close() {
        try {
            fileSystem.close();
        } catch (IOException e) {
            throw StorageFailure.of("close", fileSystem.getUri().toString(), e);
        }
    }

    private List<StoredFile> walk(String folder) throws IOException {
        List<StoredFile> files = new ArrayList<>();
        String root = toPath(folder).toUri().getPath();
        String prefix = root.endsWith("/") ? root : root + "/";
        RemoteIterator<LocatedFileStatus> statuses = fileSystem.listFiles(toPath(folder), true);
        while (statuses.hasNext()) {
            FileStatus status = statuses.next();
            String path = status.getPath().toUri().getPath();
            String relative = path.substring(prefix.length());
            boolean ignored = false;
            for (String name : relative.split("/", -1)) {
                ignored |= Glob.isIgnored(name);
            }
            if (!ignored) {
                files.add(stored((folder.endsWith("/") ? folder : folder + "/") + relative, status));
            }
        }
        return files;
    }

    private static List<StoredFile> sorted(String path, List<StoredFile> files) {
        if (files.isEmpty()) {
            throw StorageFailure.missing(path + " (names that start with '_' or '.' are left out)");
        }
        files.sort(Comparator.comparing(StoredFile::path));
        return List.copyOf(files);
    }

    private StoredFile stored(String path, FileStatus status) {
        return new StoredFile(path, status.getLen(), Instant.ofEpochMilli(status.getModificationTime()), this);
    }

    private static Path toPath(String path) {
        try {
            return new Path(path);
        } catch (IllegalArgumentException e) {
            throw StorageFailure.refused("'" + path + "' is not a path: " + e.getMessage());
        }
    }

    private static boolean isClassMissing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
                return true;
            }
        }
        return false;
    }

    private static NightshiftException unsupported(String scheme, String path, Throwable cause) {
        String jar = scheme.equals("s3a") ? "hadoop-aws (org.apache.hadoop:hadoop-aws)" : "Hadoop file system";
        return new NightshiftException(
                FailureCode.PATH_REFUSED,
                "cannot use " + path + ": nothing on the class path serves '" + scheme + ":'; add the " + jar
                        + " jar for it, of the version of hadoop-client-api that is there, and what it depends on",
                cause);
    }
}
