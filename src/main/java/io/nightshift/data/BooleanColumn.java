package io.nightshift.data;

/** A column held as {@code boolean[]}; {@link ColumnType} says which kinds are. */
public final class BooleanColumn extends Column {

    private final boolean[] values;

    public BooleanColumn(ColumnType type, int capacity) {
        super(type);
        values = new boolean[capacity];
    }

    /** The live array; rows from {@link #size()} on hold leftovers. */
    public boolean[] values() {
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
