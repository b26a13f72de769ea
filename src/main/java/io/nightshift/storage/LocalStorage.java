package io.nightshift.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine's own file system, through {@code java.nio} only: quick to start, and real fsync and atomic renames. */
final class LocalStorage implements Storage {

    @Override
    public List<StoredFile> list(String path) {
        return new LocalListing(this).list(path);
    }

    @Override
    public StoredFile file(String path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(toPath(path), BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw StorageFailure.missing(path);
            }
            return new StoredFile(
                    path, attributes.size(), attributes.lastModifiedTime().toInstant(), this);
        } catch (IOException e) {
            throw StorageFailure.of("read", path, e);
        }
    }

    @Override
    public Optional<Place> place(String path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(toPath(path), BasicFileAttributes.class);
            return Optional.of(new Place(
                    path,
                    attributes.isDirectory(),
                    attributes.isDirectory() ? 0 : attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageFailure.of("look at", path, e);
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(toPath(path));
    }

    @Override
    public String canonical(String path) {
        Path absolute = toPath(path).toAbsolutePath();
        Path existing = absolute;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            Path place =
                    existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
            // What came out of a step back over a folder that does not exist may be a link again.
            return (Files.exists(place) ? place.toRealPath() : place).toString();
        } catch (IOException e) {
            throw StorageFailure.of("resolve", path, e);
        }
    }

    @Override
    public List<String> children(String folder) {
        Path path = toPath(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            children.forEach(child -> names.add(String.valueOf(child.getFileName())));
        } catch (IOException e) {
            throw StorageFailure.of("list", folder, e);
        }
        names.sort(null);
        return names;
    }

    @Override
    public SeekableByteChannel open(String path) {
        try {
            return FileChannel.open(toPath(path), StandardOpenOption.READ);
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
        try {
            return Files.readAllBytes(toPath(path));
        } catch (IOException e) {
            throw StorageFailure.of("read", path, e);
        }
    }

    @Override
    public StoredOutput create(String path) {
        try {
            Path file = toPath(path);
            createParent(file);
            return output(path, file, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw StorageFailure.of("create", path, e);
        }
    }

    @Override
    public void rename(String from, String to) {
        try {
            Path target = toPath(to).toAbsolutePath();
            createParent(target);
            Files.move(toPath(from), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(target.getParent());
        } catch (IOException e) {
            throw StorageFailure.of("rename " + from + " to", to, e);
        }
    }

    @Override
    public void deleteRecursively(String path) {
        Path root = toPath(path);
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new Delete());
        } catch (IOException e) {
            throw StorageFailure.of("delete", path, e);
        }
    }

    static StoredOutput output(String path, Path file, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(StandardOpenOption.WRITE);
        return new LocalOutput(path, FileChannel.open(file, all));
    }

    static Path toPath(String path) {
        try {
            return Path.of(stripScheme(path));
        } catch (InvalidPathException e) {
            throw StorageFailure.refused("'" + path + "' is not a path: " + e.getReason());
        }
    }

    private static String stripScheme(String path) {
        if (!path.regionMatches(true, 0, "file:", 0, 5)) {
            return path;
        }
        String rest = path.substring(5);
        if (!rest.startsWith("//")) {
            return rest;
        }
        if (!rest.startsWith("///")) {
            throw StorageFailure.refused(path + " names another host; a local path is file:///folder/file");
        }
        return rest.substring(2);
    }

    private static void createParent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
    }

    /** A rename is durable only when the folder that holds the name is. */
    private static void forceFolder(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static final class Delete extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    private static final class LocalOutput extends StoredOutput {

        private final String path;
        private final FileChannel channel;
        private long position;

        LocalOutput(String path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    position += channel.write(bytes);
                }
            } catch (IOException e) {
                throw StorageFailure.of("write", path, e);
            }
        }

        @Override
        public void force() {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw StorageFailure.of("write", path, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw StorageFailure.of("close", path, e);
            }
        }
    }
}
