package io.nightshift.data;

/** A column held as {@code int[]}; {@link ColumnType} says which kinds are. */
public final class IntColumn extends Column {

    private final int[] values;

    public IntColumn(ColumnType type, int capacity) {
        super(type);
        values = new int[capacity];
    }

    /** The live array; rows from {@link #size()} on hold leftovers. */
    public int[] values() {
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
