package io.nightshift.parquet;

import io.nightshift.storage.StoredOutput;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A stored file as parquet-java writes it: large pieces, each taken into the file's SHA-256 on the way. */
final class DigestedOutput extends PositionOutputStream implements OutputFile {

    private static final int BUFFER_BYTES = 1 << 17;

    private final StoredOutput out;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long position;

    DigestedOutput(StoredOutput out) {
        this.out = out;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void write(int value) {
        if (buffered == buffer.length) {
            flush();
        }
        buffer[buffered++] = (byte) value;
        position++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        int done = 0;
        while (done < length) {
            if (buffered == buffer.length) {
                flush();
            }
            int count = Math.min(length - done, buffer.length - buffered);
            System.arraycopy(bytes, from + done, buffer, buffered, count);
            buffered += count;
            done += count;
        }
        position += length;
    }

    @Override
    public void flush() {
        digest.update(buffer, 0, buffered);
        out.write(buffer, 0, buffered);
        buffered = 0;
    }

    /** Writes what is buffered; the file stays open, for {@link StoredOutput#force}. */
    @Override
    public void close() {
        flush();
    }

    /** SHA-256 of all that was flushed, in hexadecimal; to be asked for once. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return this;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return this;
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }
}
