package io.nightshift.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@code batch_rows} rows of one partition as columns: the unit of scoring. Belongs to one worker, is refilled for
 * every batch, and lives until its producer is asked for the next one. Not thread-safe.
 *
 * <p>Rows are numbered from 0 in their partition. A filter may have removed rows, so the batch knows the number of each
 * row that is left and how many were filtered: {@code rows() + filtered()} is the number of rows read.
 */
public final class RecordBatch {

    private final Schema schema;
    private final List<Column> columns;
    private final int capacity;
    private int rows;
    private long firstRow;
    private int filtered;
    private int @Nullable [] kept;

    /** Allocates a column of {@code capacity} rows for every field. */
    public RecordBatch(Schema schema, int capacity) {
        this(
                schema,
                capacity,
                schema.fields().stream()
                        .map(field -> field.type().newColumn(capacity))
                        .toList());
    }

    private RecordBatch(Schema schema, int capacity, List<Column> columns) {
        this.schema = schema;
        this.capacity = capacity;
        this.columns = columns;
    }

    /** A batch over existing columns of equal size, one per field; shares their arrays. */
    public static RecordBatch over(Schema schema, List<Column> columns) {
        if (columns.size() != schema.size()) {
            throw new IllegalArgumentException(columns.size() + " columns for " + schema);
        }
        int rows = columns.isEmpty() ? 0 : columns.get(0).size();
        RecordBatch batch = new RecordBatch(schema, rows, List.copyOf(columns));
        batch.rows = rows;
        return batch;
    }

    /** The same, with the row numbers of the batch that the columns come from. */
    public static RecordBatch over(Schema schema, List<Column> columns, RecordBatch origin) {
        RecordBatch batch = over(schema, columns);
        batch.firstRow = origin.firstRow;
        batch.kept = origin.kept;
        return batch;
    }

    public Schema schema() {
        return schema;
    }

    public int capacity() {
        return capacity;
    }

    /** Rows in the batch after filtering. */
    public int rows() {
        return rows;
    }

    /** Rows read and then filtered. */
    public int filtered() {
        return filtered;
    }

    public Column column(int index) {
        return columns.get(index);
    }

    public Column column(String name) {
        return columns.get(schema.require(name));
    }

    /** The number in its partition of the first row read for this batch. */
    public long firstRow() {
        return firstRow;
    }

    /** The number in its partition of the batch's row. */
    public long rowNumber(int row) {
        return firstRow + (kept == null ? row : kept[row]);
    }

    /** Empties all columns for the next rows. */
    public void clear(long firstRow) {
        columns.forEach(Column::clear);
        this.firstRow = firstRow;
        this.rows = 0;
        this.filtered = 0;
        this.kept = null;
    }

    /** Says that every column holds {@code rows} rows. */
    public void rows(int rows) {
        columns.forEach(column -> column.size(rows));
        this.rows = rows;
    }

    /**
     * Filters the batch: keeps only the given rows and counts the others as filtered.
     *
     * @param keep ascending row numbers in the batch, of which the first {@code count} are used
     */
    public void filter(int[] keep, int count) {
        filtered += rows - count;
        keep(keep, count);
    }

    /**
     * Keeps only the given rows; the others leave the batch uncounted, so the caller accounts for them.
     *
     * @param keep ascending row numbers in the batch, of which the first {@code count} are used
     */
    public void keep(int[] keep, int count) {
        if (count == rows) {
            return;
        }
        columns.forEach(column -> column.keep(keep, count));
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = kept == null ? keep[i] : kept[keep[i]];
        }
        kept = offsets;
        rows = count;
    }

    /** Counts {@code count} further rows of this batch's range as filtered that were never decoded. */
    public void skipped(int count) {
        filtered += count;
    }
}
