package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.LongColumn;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column in one batch beside their groups, with nulls and NaN already left out. Only the arrays of the
 * column's layout are filled; they are shared with the column where nothing had to be left out, so they are read-only.
 */
final class BatchValues {

    int count;
    int[] groups = new int[0];
    long[] longs = new long[0];
    float[] floats = new float[0];
    double[] doubles = new double[0];
    /** For byte strings: the row of each value in {@link #bytes}. */
    int[] rows = new int[0];

    @Nullable
    BytesColumn bytes;

    private int[] ownGroups = new int[0];
    private int[] ownRows = new int[0];
    private long[] ownLongs = new long[0];
    private float[] ownFloats = new float[0];
    private double[] ownDoubles = new double[0];

    /** Takes every row, without values. */
    void loadRows(int[] rowGroups, int size) {
        groups = rowGroups;
        count = size;
    }

    void load(Column column, int[] rowGroups, int size) {
        groups = rowGroups;
        count = size;
        if (ownGroups.length < size) {
            ownGroups = new int[size];
            ownRows = new int[size];
        }
        if (column instanceof FloatColumn values) {
            loadFloats(values, rowGroups, size);
        } else if (column instanceof DoubleColumn values) {
            loadDoubles(values, rowGroups, size);
        } else if (column instanceof BytesColumn values) {
            bytes = values;
            selectRows(column, size);
            rows = ownRows;
        } else {
            loadLongs(column, size);
        }
    }

    private void loadFloats(FloatColumn column, int[] rowGroups, int size) {
        floats = column.values();
        boolean skip = column.nullCount() > 0;
        boolean nan = false;
        for (int row = 0; row < size; row++) {
            nan |= Float.isNaN(floats[row]);
        }
        if (!skip && !nan) {
            return;
        }
        if (ownFloats.length < size) {
            ownFloats = new float[size];
        }
        int kept = 0;
        for (int row = 0; row < size; row++) {
            ownFloats[kept] = floats[row];
            ownGroups[kept] = rowGroups[row];
            kept += Float.isNaN(floats[row]) || column.isNull(row) ? 0 : 1;
        }
        keep(kept);
        floats = ownFloats;
    }

    private void loadDoubles(DoubleColumn column, int[] rowGroups, int size) {
        doubles = column.values();
        boolean skip = column.nullCount() > 0;
        boolean nan = false;
        for (int row = 0; row < size; row++) {
            nan |= Double.isNaN(doubles[row]);
        }
        if (!skip && !nan) {
            return;
        }
        if (ownDoubles.length < size) {
            ownDoubles = new double[size];
        }
        int kept = 0;
        for (int row = 0; row < size; row++) {
            ownDoubles[kept] = doubles[row];
            ownGroups[kept] = rowGroups[row];
            kept += Double.isNaN(doubles[row]) || column.isNull(row) ? 0 : 1;
        }
        keep(kept);
        doubles = ownDoubles;
    }

    private void loadLongs(Column column, int size) {
        if (column instanceof LongColumn values && column.nullCount() == 0) {
            longs = values.values();
            return;
        }
        if (ownLongs.length < size) {
            ownLongs = new long[size];
        }
        longs = ownLongs;
        if (column instanceof LongColumn values) {
            System.arraycopy(values.values(), 0, ownLongs, 0, size);
        } else {
            FixedBits.of(column, size, ownLongs);
        }
        if (column.nullCount() > 0) {
            selectRows(column, size);
            for (int i = 0; i < count; i++) {
                ownLongs[i] = ownLongs[ownRows[i]];
            }
        }
    }

    private void selectRows(Column column, int size) {
        int kept = 0;
        int[] rowGroups = groups;
        for (int row = 0; row < size; row++) {
            ownRows[kept] = row;
            ownGroups[kept] = rowGroups[row];
            kept += column.isNull(row) ? 0 : 1;
        }
        keep(kept);
    }

    private void keep(int kept) {
        groups = ownGroups;
        count = kept;
    }
}
