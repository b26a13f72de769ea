package io.nightshift.database;

import io.nightshift.failure.DiskSpace;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds the embedded database, the logs and the temporary files of one Nightshift. Exactly one process
 * holds it at a time, by a lock that the operating system releases when the process ends, however it ends. The embedded
 * database cannot be shared, and whoever holds the lock knows that every run found active was left by a dead process.
 * Where the record of runs is kept on a server, the directory is shared, and holds logs only.
 */
public final class Home implements AutoCloseable {

    private static final int LONGEST_OWNER = 300;

    private final Path directory;
    private final @Nullable FileChannel locked;

    private Home(Path directory, @Nullable FileChannel locked) {
        this.directory = directory;
        this.locked = locked;
    }

    /**
     * Creates the directory where it is missing, and leaves it open to other processes.
     *
     * @throws NightshiftException HOME_UNUSABLE where it cannot be written
     */
    public static Home shared(Path directory) {
        try {
            Files.createDirectories(directory);
            return new Home(directory, null);
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /**
     * Creates the directory where it is missing and takes its lock.
     *
     * @param owner what to tell others who find the home locked: process and command
     * @throws NightshiftException ALREADY_RUNNING where another process holds it, HOME_UNUSABLE where it cannot be written,
     *     USAGE where its path cannot be the name of a database
     */
    public static Home open(Path directory, String owner) {
        requireDatabaseName(directory);
        Path lockFile = directory.resolve("lock");
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(channel, directory);
                write(channel, owner);
                return new Home(directory, channel);
            } catch (IOException | NightshiftException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /**
     * Tells others who find the home locked where they can ask for what they want. Does nothing for a shared home, which nobody
     * finds locked.
     *
     * @param owner as {@link #open} was told
     * @param url of the service that this process runs
     * @throws NightshiftException HOME_UNUSABLE where the lock file cannot be written
     */
    public void serving(String owner, String url) {
        if (locked == null) {
            return;
        }
        try {
            write(locked, owner + "\n" + url);
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** A semicolon would end the path in the database's address, and the rest would be settings of the database. */
    private static void requireDatabaseName(Path directory) {
        if (directory.toAbsolutePath().toString().contains(";")) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "the home '" + directory.toAbsolutePath()
                            + "' has a semicolon in its path; allowed is a path without"
                            + " one. Nothing was started or made. Name another directory with --home or NIGHTSHIFT_HOME");
        }
    }

    private static NightshiftException unusable(Path directory, IOException cause) {
        if (DiskSpace.isExhausted(cause)) {
            return new NightshiftException(
                    FailureCode.DISK_FULL,
                    "the disk of the home " + directory + " is full; nothing was started, what it holds is kept",
                    cause);
        }
        return new NightshiftException(
                FailureCode.HOME_UNUSABLE,
                "the home " + directory + " cannot be used: " + reason(cause)
                        + "; nothing was started. Name a directory that this user can write, with --home or"
                        + " NIGHTSHIFT_HOME",
                cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (cause instanceof FileAlreadyExistsException taken) {
            return taken.getFile() + " is no directory";
        }
        if (cause instanceof FileSystemException failure) {
            return failure.getFile() + ": " + (failure.getReason() == null ? "cannot be made" : failure.getReason());
        }
        return String.valueOf(cause.getMessage());
    }

    private static void lock(FileChannel channel, Path directory) throws IOException {
        if (tryLock(channel) == null) {
            throw inUse(directory, readOwner(channel));
        }
    }

    private static NightshiftException inUse(Path directory, String owner) {
        String[] lines = owner.split("\n", 2);
        boolean serves = lines.length == 2;
        return new NightshiftException(
                FailureCode.ALREADY_RUNNING,
                "the home " + directory + " is in use by " + lines[0]
                        + (serves ? ", which serves at " + lines[1] : "")
                        + "; nothing was started. "
                        + (serves
                                ? "Ask it with --server " + lines[1] + " and a token in NIGHTSHIFT_TOKEN,"
                                : "Wait for it,")
                        + " or name another home with --home");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException held) {
            return null;
        }
    }

    private static String readOwner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_OWNER);
        channel.read(text, 0);
        String owner = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
        return owner.isBlank() ? "another process" : owner;
    }

    public Path directory() {
        return directory;
    }

    /** Path of the embedded database, as H2 wants it: absolute, without its suffix. */
    Path database() {
        return directory.toAbsolutePath().resolve("nightshift");
    }

    /**
     * Whether this home's database has held runs. It tells a database that was lost or cut, which the engine opens as an
     * empty one, from a home that is new.
     */
    boolean initialised() {
        return Files.exists(marker());
    }

    /** Remembers that the database has been made. */
    void markInitialised() {
        try {
            if (!initialised()) {
                Files.createFile(marker());
            }
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private Path marker() {
        return directory.resolve("initialised");
    }

    boolean hasDatabase() {
        return Files.exists(databaseFile());
    }

    void removeDatabase() {
        try {
            Files.deleteIfExists(databaseFile());
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private Path databaseFile() {
        return directory.resolve("nightshift.mv.db");
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** Closing the locked file releases its lock. */
    @Override
    public void close() throws IOException {
        if (locked != null) {
            locked.close();
        }
    }
}
