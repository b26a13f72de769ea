package io.nightshift.data;

/** A column held as {@code float[]}; {@link ColumnType} says which kinds are. */
public final class FloatColumn extends Column {

    private final float[] values;

    public FloatColumn(ColumnType type, int capacity) {
        super(type);
        values = new float[capacity];
    }

    /** The live array; rows from {@link #size()} on hold leftovers. */
    public float[] values() {
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
