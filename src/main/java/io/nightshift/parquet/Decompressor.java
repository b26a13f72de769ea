package io.nightshift.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Decompresses pages between arrays that the caller owns, without the streams of Hadoop's codecs. For one thread; close it
 * to free native memory.
 */
final class Decompressor implements AutoCloseable {

    private static final Set<CompressionCodecName> SUPPORTED = EnumSet.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW);
    private static final int GZIP_HEADER = 10;
    private static final int GZIP_TRAILER = 8;
    private static final int GZIP_HEADER_CHECKSUM = 2;
    private static final int GZIP_EXTRA = 4;
    private static final int GZIP_NAME = 8;
    private static final int GZIP_COMMENT = 16;

    private @Nullable ZstdDecompressCtx zstd;
    private @Nullable Inflater inflater;

    static boolean supports(CompressionCodecName codec) {
        return SUPPORTED.contains(codec);
    }

    /**
     * Decompresses exactly {@code size} bytes to the start of {@code into}.
     *
     * @throws IOException where the bytes are damaged or make more or fewer than {@code size}
     */
    void decompress(CompressionCodecName codec, byte[] from, int start, int length, byte[] into, int size)
            throws IOException {
        int written =
                switch (codec) {
                    case SNAPPY -> snappy(from, start, length, into, size);
                    case ZSTD -> zstd(from, start, length, into, size);
                    case GZIP -> gzip(from, start, length, into, size);
                    case LZ4_RAW -> new Lz4Decompressor().decompress(from, start, length, into, 0, size);
                    case UNCOMPRESSED, LZO, BROTLI, LZ4 ->
                        throw new IOException("the codec " + codec + " is not supported");
                };
        if (written != size) {
            throw new IOException("a page of " + size + " bytes decompressed to " + written);
        }
    }

    private static int snappy(byte[] from, int start, int length, byte[] into, int size) throws IOException {
        int written = Snappy.uncompressedLength(from, start, length);
        // The native code trusts the length inside the data, so that must fit before it runs.
        return written == size ? Snappy.uncompress(from, start, length, into, 0) : written;
    }

    private int zstd(byte[] from, int start, int length, byte[] into, int size) {
        if (zstd == null) {
            zstd = new ZstdDecompressCtx();
        }
        return zstd.decompressByteArray(into, 0, size, from, start, length);
    }

    private int gzip(byte[] from, int start, int length, byte[] into, int size) throws IOException {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        int end = start + length;
        int written = 0;
        // Several members may follow each other; together they are the page.
        for (int at = start; at < end; ) {
            int body = gzipBody(from, at, end);
            inflater.reset();
            inflater.setInput(from, body, end - body);
            try {
                while (!inflater.finished()) {
                    int count = inflater.inflate(into, written, size - written);
                    if (count == 0 && !inflater.finished()) {
                        throw new IOException("a page of " + size + " bytes decompresses to more, or is cut");
                    }
                    written += count;
                }
            } catch (DataFormatException e) {
                throw new IOException("damaged gzip data: " + e.getMessage(), e);
            }
            at = end - inflater.getRemaining() + GZIP_TRAILER;
        }
        return written;
    }

    private static int gzipBody(byte[] from, int at, int end) throws IOException {
        if (end - at < GZIP_HEADER + GZIP_TRAILER || (from[at] & 0xff) != 0x1f || (from[at + 1] & 0xff) != 0x8b) {
            throw new IOException("not gzip data");
        }
        int flags = from[at + 3];
        int body = at + GZIP_HEADER;
        if ((flags & GZIP_EXTRA) != 0) {
            body += 2 + (from[body] & 0xff) + ((from[body + 1] & 0xff) << 8);
        }
        for (int flag : new int[] {GZIP_NAME, GZIP_COMMENT}) {
            if ((flags & flag) != 0) {
                while (body < end && from[body] != 0) {
                    body++;
                }
                body++;
            }
        }
        if ((flags & GZIP_HEADER_CHECKSUM) != 0) {
            body += 2;
        }
        if (body > end) {
            throw new IOException("a gzip header that is cut");
        }
        return body;
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
        }
        if (inflater != null) {
            inflater.end();
        }
    }
}
