package io.nightshift.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.StreamCapabilities;

/** A file being written through Hadoop. */
final class HadoopOutput extends StoredOutput {

    private final String path;
    private final FSDataOutputStream out;

    HadoopOutput(String path, FSDataOutputStream out) {
        this.path = path;
        this.out = out;
    }

    @Override
    public long position() {
        return out.getPos();
    }

    @Override
    public void write(ByteBuffer bytes) {
        try {
            if (bytes.hasArray()) {
                out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
                bytes.position(bytes.limit());
            } else {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                out.write(copy);
            }
        } catch (IOException e) {
            throw StorageFailure.of("write", path, e);
        }
    }

    @Override
    public void force() {
        try {
            // An object store has nothing to force: the object appears, whole and durable, when it is closed.
            if (out.hasCapability(StreamCapabilities.HSYNC)) {
                out.hsync();
            }
        } catch (IOException e) {
            throw StorageFailure.of("write", path, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw StorageFailure.of("close", path, e);
        }
    }
}
