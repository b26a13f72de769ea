package io.nightshift.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column for up to {@code capacity} rows, as a primitive array and a null mask.
 *
 * <p>A column belongs to one worker: its producer {@linkplain #clear clears} and fills it for every batch, its consumers
 * only read it, and nobody keeps it beyond the batch. Not thread-safe. The array under a null row holds a zero value.
 */
public abstract sealed class Column
        permits BooleanColumn, IntColumn, LongColumn, FloatColumn, DoubleColumn, BytesColumn {

    private final ColumnType type;
    private int size;
    private boolean @Nullable [] nulls;
    private int nullCount;

    Column(ColumnType type) {
        this.type = type;
    }

    public final ColumnType type() {
        return type;
    }

    public final int size() {
        return size;
    }

    /** Says that the first {@code size} values of the array are filled. */
    public final void size(int size) {
        if (size > capacity()) {
            throw new IllegalArgumentException(size + " rows in a column of " + capacity());
        }
        this.size = size;
    }

    public abstract int capacity();

    /** Empties the column for its next batch. */
    public void clear() {
        size = 0;
        if (nullCount > 0 && nulls != null) {
            Arrays.fill(nulls, false);
        }
        nullCount = 0;
    }

    public final int nullCount() {
        return nullCount;
    }

    public final boolean isNull(int row) {
        return nullCount > 0 && nulls != null && nulls[row];
    }

    /** Marks a row as null. The producer leaves the zero value in the array. */
    public final void setNull(int row) {
        if (nulls == null) {
            nulls = new boolean[capacity()];
        }
        if (!nulls[row]) {
            nulls[row] = true;
            nullCount++;
        }
    }

    /**
     * Keeps only the given rows, in their order.
     *
     * @param rows ascending row numbers; the first {@code count} are used
     */
    public final void keep(int[] rows, int count) {
        keepValues(rows, count);
        if (nullCount > 0 && nulls != null) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                nulls[i] = nulls[rows[i]];
                kept += nulls[i] ? 1 : 0;
            }
            Arrays.fill(nulls, count, nulls.length, false);
            nullCount = kept;
        }
        size = count;
    }

    abstract void keepValues(int[] rows, int count);

    /** The value as text for messages and rejects; {@code null} for a null. Not for the hot path. */
    public final @Nullable String text(int row) {
        return isNull(row) ? null : ColumnText.of(this, row);
    }
}
