package io.nightshift.aggregate;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;

/**
 * Fixed-width values as longs that sort like the values and are equal exactly where the values are: -0.0 becomes 0.0,
 * every NaN becomes the one NaN, which sorts last.
 */
final class FixedBits {

    private FixedBits() {}

    static long ofFloat(float value) {
        int bits = Float.floatToIntBits(value + 0.0f);
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    static float toFloat(long bits) {
        int low = (int) bits;
        return Float.intBitsToFloat(low ^ ((low >> 31) & Integer.MAX_VALUE));
    }

    static long ofDouble(double value) {
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    static double toDouble(long bits) {
        return Double.longBitsToDouble(bits ^ ((bits >> 63) & Long.MAX_VALUE));
    }

    /** What must be flipped in a stored long so that it sorts: the sign of unsigned values. */
    static long flip(ColumnType type) {
        return type.kind() == ColumnType.Kind.UINT64 ? Long.MIN_VALUE : 0;
    }

    static void of(Column column, int rows, long[] bits) {
        if (column instanceof LongColumn longs) {
            long flip = flip(column.type());
            long[] values = longs.values();
            for (int row = 0; row < rows; row++) {
                bits[row] = values[row] ^ flip;
            }
        } else if (column instanceof IntColumn ints) {
            int[] values = ints.values();
            for (int row = 0; row < rows; row++) {
                bits[row] = values[row];
            }
        } else if (column instanceof FloatColumn floats) {
            float[] values = floats.values();
            for (int row = 0; row < rows; row++) {
                bits[row] = ofFloat(values[row]);
            }
        } else if (column instanceof DoubleColumn doubles) {
            double[] values = doubles.values();
            for (int row = 0; row < rows; row++) {
                bits[row] = ofDouble(values[row]);
            }
        } else {
            boolean[] values = ((BooleanColumn) column).values();
            for (int row = 0; row < rows; row++) {
                bits[row] = values[row] ? 1 : 0;
            }
        }
    }

    static void put(long bits, Column into, int row) {
        switch (into.type().layout()) {
            case BOOLEAN -> ((BooleanColumn) into).values()[row] = bits != 0;
            case INT -> ((IntColumn) into).values()[row] = (int) bits;
            case LONG -> ((LongColumn) into).values()[row] = bits ^ flip(into.type());
            case FLOAT -> ((FloatColumn) into).values()[row] = toFloat(bits);
            case DOUBLE -> ((DoubleColumn) into).values()[row] = toDouble(bits);
            case BYTES -> throw new IllegalArgumentException("no fixed width: " + into.type());
        }
    }

    /** A null in a result column, whichever its layout. */
    static void putNull(Column into, int row) {
        if (into instanceof BytesColumn bytes) {
            bytes.appendNull(row);
        } else {
            into.setNull(row);
        }
    }
}
