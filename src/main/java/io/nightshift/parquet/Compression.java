package io.nightshift.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** How the pages of a file are compressed. */
public enum Compression {
    SNAPPY(CompressionCodecName.SNAPPY),
    ZSTD(CompressionCodecName.ZSTD),
    GZIP(CompressionCodecName.GZIP),
    NONE(CompressionCodecName.UNCOMPRESSED);

    private static final int ZSTD_LEVEL = 1;
    private static final double LARGEST_SHARE = 0.9;

    private final CompressionCodecName codec;

    Compression(CompressionCodecName codec) {
        this.codec = codec;
    }

    /** What the column chunks of one writer are compressed with, one after the other; for one thread. */
    Compressor newCompressor() {
        return new Compressor();
    }

    private int largest(int length) {
        return switch (this) {
            case SNAPPY -> Snappy.maxCompressedLength(length);
            case ZSTD -> Math.toIntExact(Zstd.compressBound(length));
            case GZIP, NONE -> 0;
        };
    }

    /** Calls the codecs on whole byte arrays, where Hadoop's go through a stream and its configuration. */
    final class Compressor {

        private final PageBuffer plain = new PageBuffer();
        private byte[] compressed = new byte[0];

        private Compressor() {}

        /**
         * For one column chunk. A chunk whose first page does not get smaller by a tenth stays uncompressed: the work would
         * be for nothing, for the writer and for every reader.
         */
        BytesInputCompressor newChunk() {
            return new Chunk();
        }

        private BytesInput compress(BytesInput bytes) throws IOException {
            plain.reset();
            bytes.writeAllTo(plain);
            int length = plain.size();
            if (Compression.this == GZIP) {
                return gzip(plain.array(), length);
            }
            int largest = largest(length);
            if (compressed.length < largest) {
                compressed = new byte[largest];
            }
            int size = Compression.this == SNAPPY
                    ? Snappy.compress(plain.array(), 0, length, compressed, 0)
                    : Math.toIntExact(Zstd.compressByteArray(
                            compressed, 0, compressed.length, plain.array(), 0, length, ZSTD_LEVEL));
            return BytesInput.from(compressed, 0, size);
        }

        private static BytesInput gzip(byte[] plain, int length) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(length / 2);
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(plain, 0, length);
            }
            return BytesInput.from(bytes.toByteArray());
        }

        private final class Chunk implements BytesInputCompressor {

            private boolean decided;
            private boolean pays = Compression.this != NONE;

            @Override
            public BytesInput compress(BytesInput bytes) throws IOException {
                if (!pays) {
                    return bytes;
                }
                BytesInput smaller = Compressor.this.compress(bytes);
                if (!decided) {
                    decided = true;
                    pays = smaller.size() <= bytes.size() * LARGEST_SHARE;
                }
                return pays ? smaller : bytes;
            }

            @Override
            public CompressionCodecName getCodecName() {
                return pays ? codec : CompressionCodecName.UNCOMPRESSED;
            }

            @Override
            public void release() {}
        }
    }

    /** Lets its array be used without a copy. */
    private static final class PageBuffer extends ByteArrayOutputStream {

        byte[] array() {
            return buf;
        }
    }
}
