package io.nightshift.parquet;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;

/**
 * Reads the columns of a file's row groups into record batches. Open it on a row group, then read or skip its rows in
 * order; then open the next. Holds the file and one row group's compressed columns. For one thread; close it.
 *
 * <p>Fails with a {@link NightshiftException}: DATA_CORRUPT, LIMIT_EXCEEDED or STORAGE_FAILED, saying file, row group and
 * column.
 */
public final class RowGroupReader implements AutoCloseable {

    private static final int LARGEST_READ = 1 << 20;
    private static final int SLACK = Long.BYTES;
    private static final int LARGEST_INDEX = 16 << 20;

    private final ParquetFile file;
    private final ParquetLimits limits;
    private final SeekableByteChannel channel;
    private final Decompressor decompressor = new Decompressor();
    private final List<ColumnReader> columns = new ArrayList<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private int rowGroup = -1;
    private long bytesRead;

    RowGroupReader(ParquetFile file, ParquetLimits limits, Schema projection) {
        this.file = file;
        this.limits = limits;
        for (Field field : projection.fields()) {
            ColumnType source = file.source(field.name());
            ChunkPages pages = new ChunkPages(limits, decompressor);
            columns.add(new ColumnReader(file.column(field.name()), source, field.type(), limits, pages));
            chunks.add(new byte[0]);
        }
        this.channel = file.stored().open();
    }

    /** Moves to the first row of a row group. */
    public void open(int rowGroup) {
        this.rowGroup = rowGroup;
        for (int i = 0; i < columns.size(); i++) {
            ColumnReader column = columns.get(i);
            ColumnChunkMetaData chunk = file.chunk(rowGroup, column.column().name());
            if (chunk.getValueCount() != file.rows(rowGroup)) {
                throw file.corrupt(
                        rowGroup,
                        column.column().name(),
                        chunk.getValueCount() + " values in a row group of " + file.rows(rowGroup) + " rows");
            }
            int length = length(chunk, column);
            if (chunks.get(i).length < length + SLACK) {
                chunks.set(i, new byte[length + SLACK]);
            }
            read(chunk.getStartingPos(), chunks.get(i), length, column.column().name());
            column.reset(chunks.get(i), 0, length, chunk, file.rows(rowGroup));
        }
    }

    /** Reads the next {@code count} rows to rows {@code from} and following of the batch's columns. */
    public void read(RecordBatch into, int from, int count) {
        for (int i = 0; i < columns.size(); i++) {
            ColumnReader column = columns.get(i);
            try {
                column.read(into.column(i), from, count);
            } catch (IOException | RuntimeException e) {
                throw failure(column, e);
            }
        }
        checkDecoded();
    }

    /** Passes over the next {@code count} rows. */
    public void skip(int count) {
        for (ColumnReader column : columns) {
            try {
                column.skip(count);
            } catch (IOException | RuntimeException e) {
                throw failure(column, e);
            }
        }
    }

    /**
     * Passes over the next {@code count} rows and leaves room for them in the batch, whose rows {@code from} and following
     * then hold nothing of meaning: the caller filters them out.
     */
    public void skip(RecordBatch into, int from, int count) {
        skip(count);
        for (int i = 0; i < columns.size(); i++) {
            ColumnReader.blank(into.column(i), from, count);
        }
    }

    /**
     * What the file's page index says about a column in a row group, as values of {@code target}'s type, page by page. Empty
     * where the file has no such index or it makes no sense.
     */
    public List<ColumnBounds> pages(int rowGroup, Field target) {
        ColumnChunkMetaData chunk = file.chunk(rowGroup, target.name());
        IndexReference values = chunk.getColumnIndexReference();
        IndexReference offsets = chunk.getOffsetIndexReference();
        if (values == null || offsets == null) {
            return List.of();
        }
        try {
            ColumnIndex columnIndex = ParquetMetadataConverter.fromParquetColumnIndex(
                    chunk.getPrimitiveType(), Util.readColumnIndex(index(values, target.name())));
            OffsetIndex offsetIndex = ParquetMetadataConverter.fromParquetOffsetIndex(
                    Util.readOffsetIndex(index(offsets, target.name())));
            if (columnIndex == null || columnIndex.getNullPages().size() != offsetIndex.getPageCount()) {
                return List.of();
            }
            return file.boundsReader(target).ofPages(columnIndex, offsetIndex, file.rows(rowGroup));
        } catch (IOException | RuntimeException e) {
            if (e instanceof NightshiftException failure && failure.code() == FailureCode.STORAGE_FAILED) {
                throw failure;
            }
            throw new NightshiftException(
                    FailureCode.DATA_CORRUPT,
                    "cannot read " + file.stored().path() + ", column '" + target.name()
                            + "': its page index is damaged: " + e.getMessage(),
                    file.place(rowGroup, target.name()),
                    e);
        }
    }

    /** Bytes read from storage so far. */
    public long bytesRead() {
        return bytesRead;
    }

    /** How many pages were read so far that carry no checksum, so that damage to them would not be noticed by itself. */
    public long pagesWithoutChecksum() {
        return columns.stream()
                .mapToLong(column -> column.pages().pagesWithoutChecksum())
                .sum();
    }

    @Override
    public void close() {
        decompressor.close();
        try {
            channel.close();
        } catch (IOException e) {
            throw storageFailed(e);
        }
    }

    private ByteArrayInputStream index(IndexReference reference, String column) throws IOException {
        if (reference.getLength() < 0 || reference.getLength() > LARGEST_INDEX) {
            throw new IOException("an index of " + reference.getLength() + " bytes");
        }
        byte[] bytes = new byte[reference.getLength()];
        read(reference.getOffset(), bytes, bytes.length, column);
        CompactCheck.struct(bytes, 0, bytes.length);
        return new ByteArrayInputStream(bytes);
    }

    private int length(ColumnChunkMetaData chunk, ColumnReader column) {
        String name = column.column().name();
        long size = chunk.getTotalSize();
        long start = chunk.getStartingPos();
        if (start < 0 || size < 0 || start > file.stored().size() - size) {
            throw file.corrupt(
                    rowGroup, name, "its bytes " + start + " to " + (start + size) + " are not all in the file");
        }
        if (size > Integer.MAX_VALUE - LARGEST_READ) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    file.stored().path() + " has a column chunk of " + size + " bytes; at most 2 GiB are read",
                    file.place(rowGroup, name),
                    null);
        }
        return (int) size;
    }

    /** In pieces, as the platform keeps a native copy of the largest piece that a thread ever read. */
    private void read(long position, byte[] into, int length, String column) {
        try {
            channel.position(position);
            int at = 0;
            while (at < length) {
                int count = channel.read(ByteBuffer.wrap(into, at, Math.min(LARGEST_READ, length - at)));
                if (count < 0) {
                    throw file.corrupt(rowGroup, column, "the file is shorter than its footer says");
                }
                at += count;
            }
            bytesRead += length;
        } catch (IOException e) {
            throw storageFailed(e);
        }
    }

    private void checkDecoded() {
        long decoded = 0;
        for (ColumnReader column : columns) {
            decoded += column.pages().decodedBytes();
        }
        if (decoded > limits.decodedBytesPerRowGroup()) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    file.stored().path() + " has a row group that decompresses to more than "
                            + limits.decodedBytesPerRowGroup() + " bytes",
                    file.stored().path() + ", row group " + rowGroup,
                    null);
        }
    }

    private NightshiftException failure(ColumnReader column, Exception cause) {
        String name = column.column().name();
        String place = file.place(rowGroup, name);
        FailureCode code = FailureCode.DATA_CORRUPT;
        if (cause instanceof NightshiftException failure) {
            if (failure.where() != null) {
                return failure;
            }
            code = failure.code();
        } else if (cause instanceof StringTooLong) {
            code = FailureCode.LIMIT_EXCEEDED;
        }
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (cause instanceof ArithmeticException) {
            reason = "a value does not fit the type that the column is read as";
        }
        return new NightshiftException(code, "cannot read " + place + ": " + reason, place, cause);
    }

    private NightshiftException storageFailed(IOException cause) {
        return new NightshiftException(
                FailureCode.STORAGE_FAILED, "cannot read " + file.stored().path() + ": " + cause.getMessage(), cause);
    }
}
