package io.nightshift.data;

/** A column held as {@code long[]}; {@link ColumnType} says which kinds are. */
public final class LongColumn extends Column {

    private final long[] values;

    public LongColumn(ColumnType type, int capacity) {
        super(type);
        values = new long[capacity];
    }

    /** The live array; rows from {@link #size()} on hold leftovers. */
    public long[] values() {
        return values;
    }

    @Override
    public int capacity() {
        return values.length;
    }

    @Override
    void keepValues(int[] rows, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = values[rows[i]];
        }
    }
}
