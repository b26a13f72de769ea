package io.nightshift.storage;

import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A file being written from its start. Unbuffered: write large pieces. For one thread. All methods fail with a
 * {@link io.nightshift.failure.NightshiftException} (DISK_FULL, STORAGE_FAILED), never with an {@code IOException}.
 *
 * <p>Closing without {@link #force} promises nothing after a power cut. What was written stays when a write fails; the
 * caller deletes it.
 */
public abstract class StoredOutput extends OutputStream {

    StoredOutput() {}

    /** Bytes written so far. */
    public abstract long position();

    /** Writes all remaining bytes of the buffer. */
    public abstract void write(ByteBuffer bytes);

    /** Makes all that was written durable, as far as the file system can. */
    public abstract void force();

    @Override
    public void write(int value) {
        write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    @Override
    public void write(byte[] bytes) {
        write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        write(ByteBuffer.wrap(bytes, from, length));
    }

    @Override
    public void flush() {}

    @Override
    public abstract void close();
}
