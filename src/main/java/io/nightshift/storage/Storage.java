package io.nightshift.storage;

import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One file system. Paths are text as users write them, with the scheme where there is one; {@link Storages} finds the
 * storage of a path. Safe for use by several threads; the channels and outputs it hands out are not.
 *
 * <p>Every failure is a {@link io.nightshift.failure.NightshiftException}: INPUT_MISSING, PATH_REFUSED, LIMIT_EXCEEDED,
 * DISK_FULL or STORAGE_FAILED, with the path in its message. Channels from {@link #open} throw {@code IOException}.
 */
public interface Storage {

    /**
     * The data files behind a path, sorted by path.
     *
     * <p>A file stands for itself; a folder for all files below it; a path with {@code * ? [ ]} or {@code { }} that does
     * not exist as such for the files it matches ({@code *} stays in one folder, {@code **} does not) and all files below
     * the folders it matches. In folders, names that start with {@code _} or {@code .} or end in {@code .crc} are left
     * out. A link inside a folder is followed only to a place inside it, and a file reached twice is listed once.
     *
     * @return at least one file; none is INPUT_MISSING
     */
    List<StoredFile> list(String path);

    /** The file at a path as it is now. A folder or nothing is INPUT_MISSING. */
    StoredFile file(String path);

    /** The file or folder at a path as it is now; empty where there is nothing. */
    Optional<Place> place(String path);

    /**
     * A file or folder as it was when it was looked at.
     *
     * @param path as the user named it, or below the folder that the user named
     * @param size bytes; 0 for a folder
     */
    record Place(String path, boolean folder, long size, Instant modifiedAt) {}

    default boolean isFolder(String path) {
        return place(path).filter(Place::folder).isPresent();
    }

    /** Whether there is a file or folder at the path. */
    boolean exists(String path);

    /**
     * The one name of a place, however it is written: absolute and with its scheme, but local paths without; links are
     * followed as far as the path exists. Two paths of one place have the same.
     */
    String canonical(String path);

    /** The names of everything directly in a folder, sorted; none where there is no such folder. */
    List<String> children(String folder);

    /** Opens a file for reading; the caller closes the channel. */
    SeekableByteChannel open(String path);

    /** A whole small file. More than {@code limit} bytes is LIMIT_EXCEEDED. */
    byte[] read(String path, int limit);

    /** A new file, with its missing parent folders. Refuses with STORAGE_FAILED where there is one already. */
    StoredOutput create(String path);

    /**
     * Gives a closed file or folder another name in the same file system. A file at {@code to} is replaced and readers
     * see either the old or the new one; locally the new name is durable when this returns. Atomic locally and on HDFS;
     * an object store copies file by file. Missing parent folders of {@code to} are made.
     */
    void rename(String from, String to);

    /** Removes a file, or a folder with all it holds. Links are removed, not followed. Nothing there is no failure. */
    void deleteRecursively(String path);
}
