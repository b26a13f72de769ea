package io.nightshift.storage;

import java.nio.channels.SeekableByteChannel;
import java.time.Instant;

/**
 * A file as it was when it was listed. Immutable.
 *
 * @param path as the user named it, or below the folder that the user named
 * @param size bytes
 * @param storage where it lies
 */
public record StoredFile(String path, long size, Instant modifiedAt, Storage storage) {

    /** Opens it for reading; the caller closes the channel. */
    public SeekableByteChannel open() {
        return storage.open(path);
    }

    /** The same path as it is now. */
    public StoredFile refresh() {
        return storage.file(path);
    }
}
