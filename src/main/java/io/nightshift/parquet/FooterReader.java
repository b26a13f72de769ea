package io.nightshift.parquet;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.storage.StoredFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** Reads and checks a file's footer, believing none of its numbers. */
final class FooterReader {

    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED_MAGIC = "PARE";
    private static final int TAIL = 8;
    private static final int SMALLEST_FILE = 12;
    private static final int FIRST_READ = 64 << 10;
    private static final long ROWS_WITHOUT_QUESTION = 1_000_000;

    /** The footer, and the SHA-256 of its bytes in lower case hex. */
    record Footer(ParquetMetadata metadata, String sha256) {}

    private final StoredFile file;
    private final ParquetLimits limits;

    FooterReader(StoredFile file, ParquetLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    Footer read() {
        return decode(bytes());
    }

    /** The footer's bytes, of a file that begins and ends as a Parquet file does. */
    byte[] bytes() {
        try (SeekableByteChannel channel = file.open()) {
            return bytes(channel);
        } catch (IOException e) {
            throw new NightshiftException(
                    FailureCode.STORAGE_FAILED, "cannot read " + file.path() + ": " + e.getMessage(), e);
        }
    }

    Footer decode(byte[] footer) {
        try {
            CompactCheck.struct(footer, 0, footer.length);
            FileMetaData parsed = Util.readFileMetaData(new ByteArrayInputStream(footer));
            checkLimits(parsed);
            if (parsed.isSetEncryption_algorithm()) {
                throw encrypted();
            }
            ParquetMetadata metadata = new ParquetMetadataConverter(
                            ParquetReadOptions.builder(new PlainParquetConfiguration())
                                    .build())
                    .fromParquetMetadata(parsed);
            checkRows(metadata, parsed.getNum_rows());
            return new Footer(metadata, sha256(footer));
        } catch (NightshiftException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw corrupt("its footer is damaged: " + e.getMessage(), e);
        }
    }

    private byte[] bytes(SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        if (size < SMALLEST_FILE) {
            throw corrupt(
                    size == 0 ? "it is empty" : "it has " + size + " bytes, fewer than any Parquet file has", null);
        }
        int read = (int) Math.min(FIRST_READ, size);
        ByteBuffer end = read(channel, size - read, read).order(ByteOrder.LITTLE_ENDIAN);
        String magic = new String(end.array(), read - MAGIC.length(), MAGIC.length(), StandardCharsets.ISO_8859_1);
        if (magic.equals(ENCRYPTED_MAGIC)) {
            throw encrypted();
        }
        if (!magic.equals(MAGIC)) {
            throw corrupt("it does not end like a Parquet file; it is of another kind or was cut short", null);
        }
        ByteBuffer start = size == read ? end : read(channel, 0, MAGIC.length());
        if (!MAGIC.equals(new String(start.array(), 0, MAGIC.length(), StandardCharsets.ISO_8859_1))) {
            throw corrupt("it does not start like a Parquet file", null);
        }
        long length = Integer.toUnsignedLong(end.getInt(read - TAIL));
        if (length > size - SMALLEST_FILE) {
            throw corrupt("its footer claims " + length + " bytes, the whole file has " + size, null);
        }
        if (length > limits.footerBytes()) {
            throw exceeded("a footer of " + length + " bytes; at most " + limits.footerBytes() + " are read");
        }
        byte[] footer = new byte[(int) length];
        if (length + TAIL <= read) {
            System.arraycopy(end.array(), read - TAIL - (int) length, footer, 0, (int) length);
            return footer;
        }
        return read(channel, size - TAIL - length, (int) length).array();
    }

    private static ByteBuffer read(SeekableByteChannel channel, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        channel.position(position);
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return into;
    }

    private void checkLimits(FileMetaData metadata) {
        long leaves = metadata.getSchema().stream()
                .filter(element -> !element.isSetNum_children())
                .count();
        if (leaves > limits.columns()) {
            throw exceeded(leaves + " columns; at most " + limits.columns() + " are read");
        }
        if (metadata.getRow_groupsSize() > limits.rowGroups()) {
            throw exceeded(metadata.getRow_groupsSize() + " row groups; at most " + limits.rowGroups() + " are read");
        }
        long rows = metadata.getNum_rows();
        if (rows > limits.rowsPerFile()) {
            throw exceeded(rows + " rows; at most " + limits.rowsPerFile() + " are read from one file");
        }
        if (rows > ROWS_WITHOUT_QUESTION && rows / limits.rowsPerByte() > file.size()) {
            throw exceeded(rows + " rows in " + file.size() + " bytes; at most " + limits.rowsPerByte()
                    + " rows for each byte are read");
        }
    }

    private void checkRows(ParquetMetadata metadata, long expected) {
        long rows = 0;
        for (BlockMetaData block : metadata.getBlocks()) {
            if (block.getRowCount() < 0 || block.getRowCount() > Integer.MAX_VALUE) {
                throw corrupt("a row group has " + block.getRowCount() + " rows", null);
            }
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                if (chunk.isEncrypted()) {
                    throw encrypted();
                }
            }
            rows += block.getRowCount();
        }
        if (rows != expected) {
            throw corrupt("its footer counts " + expected + " rows, its row groups " + rows, null);
        }
    }

    private NightshiftException encrypted() {
        return corrupt("it is encrypted, which is not supported", null);
    }

    private NightshiftException corrupt(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.DATA_CORRUPT,
                "cannot read " + file.path() + " as Parquet: " + reason + "; nothing of it was read",
                file.path(),
                cause);
    }

    private NightshiftException exceeded(String what) {
        return new NightshiftException(
                FailureCode.LIMIT_EXCEEDED,
                file.path() + " has " + what + "; nothing of it was read",
                file.path(),
                null);
    }

    /** In lower case hex. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new NightshiftException(FailureCode.DEFECT, "this Java has no SHA-256", e);
        }
    }
}
