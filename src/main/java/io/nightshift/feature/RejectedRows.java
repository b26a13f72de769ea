package io.nightshift.feature;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the current batch that cannot be scored, each with the first reason found. Rows are numbered as in the batch
 * before any is taken out. Belongs to one worker; not thread-safe.
 */
public final class RejectedRows {

    private static final int LONGEST_VALUE = 256;

    private record Entry(
            RejectReason reason,
            @Nullable String column,
            @Nullable String value,
            String message) {}

    private final @Nullable Entry[] entries;
    private final int[] kept;
    private int count;

    public RejectedRows(int batchRows) {
        this.entries = new Entry[batchRows];
        this.kept = new int[batchRows];
    }

    /** Forgets the last batch. */
    public void clear() {
        if (count > 0) {
            Arrays.fill(entries, null);
            count = 0;
        }
    }

    public int count() {
        return count;
    }

    public boolean contains(int row) {
        return count > 0 && entries[row] != null;
    }

    /**
     * Rejects a row, unless it is rejected already.
     *
     * @param column the column that holds the value
     * @param value as text, or null where it is null
     * @param message what is allowed
     */
    public void add(int row, RejectReason reason, String column, @Nullable String value, String message) {
        if (entries[row] == null) {
            entries[row] = new Entry(reason, column, value, message);
            count++;
        }
    }

    /** The rows that are left, ascending: the first {@code rows - count()} elements. */
    public int[] kept(int rows) {
        int next = 0;
        for (int row = 0; row < rows; row++) {
            if (entries[row] == null) {
                kept[next++] = row;
            }
        }
        return kept;
    }

    /**
     * Writes the rejected rows in the columns of {@link io.nightshift.data.RejectColumns}.
     *
     * @param input the batch with all its rows
     * @param key positions of the key columns in the input
     * @param target a batch for at least {@link #count} rows
     */
    public void write(RecordBatch input, int[] key, int partition, RecordBatch target) {
        target.clear(0);
        int next = 0;
        for (int row = 0; row < input.rows(); row++) {
            Entry entry = entries[row];
            if (entry == null) {
                continue;
            }
            for (int i = 0; i < key.length; i++) {
                copy(input.column(key[i]), row, target.column(i), next);
            }
            ((IntColumn) target.column(key.length)).values()[next] = partition;
            ((LongColumn) target.column(key.length + 1)).values()[next] = input.rowNumber(row);
            text(target.column(key.length + 2), next, entry.reason().name());
            text(target.column(key.length + 3), next, entry.column());
            text(target.column(key.length + 4), next, shortened(entry.value()));
            text(target.column(key.length + 5), next, entry.message());
            next++;
        }
        target.rows(next);
    }

    static @Nullable String shortened(@Nullable String value) {
        return value == null || value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    }

    private static void text(Column column, int row, @Nullable String text) {
        BytesColumn bytes = (BytesColumn) column;
        if (text == null) {
            bytes.appendNull(row);
        } else {
            bytes.append(row, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void copy(Column from, int row, Column to, int target) {
        if (from.isNull(row)) {
            if (to instanceof BytesColumn bytes) {
                bytes.appendNull(target);
            } else {
                to.setNull(target);
            }
            return;
        }
        switch (from.type().layout()) {
            case BOOLEAN -> ((BooleanColumn) to).values()[target] = ((BooleanColumn) from).values()[row];
            case INT -> ((IntColumn) to).values()[target] = ((IntColumn) from).values()[row];
            case LONG -> ((LongColumn) to).values()[target] = ((LongColumn) from).values()[row];
            case FLOAT -> ((FloatColumn) to).values()[target] = ((FloatColumn) from).values()[row];
            case DOUBLE -> ((DoubleColumn) to).values()[target] = ((DoubleColumn) from).values()[row];
            case BYTES -> ((BytesColumn) to).append(target, ((BytesColumn) from).copy(row));
        }
    }
}
