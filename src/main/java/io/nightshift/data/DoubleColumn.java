package io.nightshift.data;

/** A column held as {@code double[]}; {@link ColumnType} says which kinds are. */
public final class DoubleColumn extends Column {

    private final double[] values;

    public DoubleColumn(ColumnType type, int capacity) {
        super(type);
        values = new double[capacity];
    }

    /** The live array; rows from {@link #size()} on hold leftovers. */
    public double[] values() {
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
