package io.nightshift.parquet;

import io.nightshift.data.Column;
import io.nightshift.data.Field;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Gathers one column's rows into pages and hands each full page to the row group. Subclasses encode runs of rows that
 * are not null; this class cuts pages and writes the definition levels.
 *
 * <p>A column chunk that holds a NaN gets no statistics at all: engines disagree on how NaN compares, and a reader that
 * takes it for the greatest value would skip rows.
 */
abstract class ColumnPages {

    static final int PAGE_ROWS = 20_480;
    static final int PAGE_BYTES = 1 << 20;

    private final ColumnDescriptor descriptor;
    private final boolean nullable;
    private final int[] levels;
    private final RunEncoder runs = new RunEncoder();
    private @Nullable PageWriter pages;
    private int rows;
    private int nulls;
    private boolean statisticsLost;
    private long flushedBytes;

    ColumnPages(ColumnDescriptor descriptor) {
        this.descriptor = descriptor;
        this.nullable = descriptor.getMaxDefinitionLevel() > 0;
        this.levels = new int[nullable ? PAGE_ROWS : 0];
        Arrays.fill(levels, 1);
    }

    static ColumnPages of(ColumnDescriptor descriptor, Field field) {
        return switch (field.type().layout()) {
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE -> new NumberPages(descriptor, field.type());
            case BYTES ->
                switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
                    case BINARY -> new BytesPages(descriptor);
                    default -> new FixedBytesPages(descriptor);
                };
        };
    }

    final PrimitiveType type() {
        return descriptor.getPrimitiveType();
    }

    /** Starts the column's chunk of a new row group. */
    final void begin(PageWriteStore store) {
        pages = store.getPageWriter(descriptor);
        flushedBytes = 0;
        statisticsLost = false;
        beginChunk();
    }

    /** Takes over the first {@code count} rows; the column may change afterwards. */
    final void append(Column column, int count) throws IOException {
        boolean hasNulls = column.nullCount() > 0;
        if (hasNulls && !nullable) {
            throw new IllegalArgumentException("null in the required column " + descriptor);
        }
        int row = 0;
        while (row < count) {
            int end = Math.min(count, row + PAGE_ROWS - rows);
            int next;
            if (hasNulls && column.isNull(row)) {
                next = addNulls(column, row, end);
            } else {
                next = add(column, row, hasNulls ? nextNull(column, row, end) : end);
            }
            rows += next - row;
            row = next;
            if (rows == PAGE_ROWS || pageBytes() >= PAGE_BYTES) {
                flushPage();
            }
        }
    }

    /** Ends the chunk: its last page and its dictionary go to the row group. */
    final void finish() throws IOException {
        if (rows > 0) {
            flushPage();
        }
        endChunk(pageWriter());
    }

    /** Bytes of the chunk so far, before compression. */
    final long chunkBytes() {
        return flushedBytes + pageBytes();
    }

    /** Rows of the page that have a value. */
    final int values() {
        return rows - nulls;
    }

    abstract void beginChunk();

    /** Adds the values of a run of rows, none of them null; returns the row after the last one that the page took. */
    abstract int add(Column column, int from, int to);

    /** Bytes that the page's values take. */
    abstract int pageBytes();

    /** The page's values, encoded; valid until {@link #beginPage}. */
    abstract BytesInput encode() throws IOException;

    abstract Encoding encoding();

    /** Adds the least and the greatest value of the page, which has a value; returns false where they have no order. */
    abstract boolean fill(Statistics<?> statistics);

    /** Bytes of the page's values of variable length, without their lengths. */
    long variableBytes() {
        return 0;
    }

    abstract void beginPage();

    /** Writes the chunk's dictionary, where it has one. */
    void endChunk(PageWriter writer) throws IOException {}

    private int addNulls(Column column, int from, int end) {
        int row = from;
        while (row < end && column.isNull(row)) {
            levels[rows + row - from] = 0;
            row++;
        }
        nulls += row - from;
        return row;
    }

    private static int nextNull(Column column, int from, int end) {
        int row = from + 1;
        while (row < end && !column.isNull(row)) {
            row++;
        }
        return row;
    }

    private void flushPage() throws IOException {
        BytesInput values = encode();
        BytesInput page = nullable ? BytesInput.concat(definitionLevels(), values) : values;
        flushedBytes += page.size();
        pageWriter()
                .writePage(
                        page,
                        rows,
                        rows,
                        statistics(),
                        new SizeStatistics(type(), variableBytes(), List.of(), List.of()),
                        null,
                        Encoding.BIT_PACKED,
                        nullable ? Encoding.RLE : Encoding.BIT_PACKED,
                        encoding());
        if (nulls > 0) {
            Arrays.fill(levels, 1);
        }
        rows = 0;
        nulls = 0;
        beginPage();
    }

    private @Nullable Statistics<?> statistics() {
        Statistics<?> statistics = Statistics.createStats(type());
        statistics.incrementNumNulls(nulls);
        statisticsLost |= values() > 0 && !fill(statistics);
        return statisticsLost ? null : statistics;
    }

    private BytesInput definitionLevels() {
        BytesInput encoded = runs.encode(levels, rows, 1);
        return BytesInput.concat(BytesInput.fromInt((int) encoded.size()), encoded);
    }

    private PageWriter pageWriter() {
        if (pages == null) {
            throw new IllegalStateException("no row group");
        }
        return pages;
    }
}
