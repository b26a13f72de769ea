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

    private final CompressionCodecName codec;

    Compression(CompressionCodecName codec) {
        this.codec = codec;
    }

    /**
     * A compressor for one writer. It calls the codecs on whole byte arrays, where Hadoop's go through a stream and
     * its configuration.
     */
    BytesInputCompressor newCompressor() {
        return new ArrayCompressor();
    }

    private int largest(int length) {
        return switch (this) {
            case SNAPPY -> Snappy.maxCompressedLength(length);
            case ZSTD -> Math.toIntExact(Zstd.compressBound(length));
            case GZIP, NONE -> 0;
        };
    }

    private final class ArrayCompressor implements BytesInputCompressor {

        private byte[] compressed = new byte[0];

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            if (Compression.this == NONE) {
                return bytes;
            }
            byte[] plain = bytes.toByteArray();
            if (Compression.this == GZIP) {
                return gzip(plain);
            }
            int largest = largest(plain.length);
            if (compressed.length < largest) {
                compressed = new byte[largest];
            }
            int size = Compression.this == SNAPPY
                    ? Snappy.compress(plain, 0, plain.length, compressed, 0)
                    : Math.toIntExact(Zstd.compressByteArray(
                            compressed, 0, compressed.length, plain, 0, plain.length, ZSTD_LEVEL));
            return BytesInput.from(compressed, 0, size);
        }

        private static BytesInput gzip(byte[] plain) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 2);
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(plain);
            }
            return BytesInput.from(bytes.toByteArray());
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {}
    }
}
