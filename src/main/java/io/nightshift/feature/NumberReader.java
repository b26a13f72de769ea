package io.nightshift.feature;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Numeric columns as they are, and booleans as 0 and 1. */
final class NumberReader extends ValueReader {

    /** Up to here every whole number is a double, so that one division rounds once. */
    private static final long LARGEST_EXACT = 1L << 53;

    private final ColumnType type;
    private final double divisor;

    NumberReader(ColumnType type) {
        this.type = type;
        this.divisor = Math.pow(10, type.scale());
    }

    @Override
    void read(Column column, int rows, double[] into) {
        switch (type.layout()) {
            case INT -> {
                int[] values = ((IntColumn) column).values();
                for (int row = 0; row < rows; row++) {
                    into[row] = values[row];
                }
            }
            case LONG -> readLongs(((LongColumn) column).values(), rows, into);
            case FLOAT -> {
                float[] values = ((FloatColumn) column).values();
                for (int row = 0; row < rows; row++) {
                    into[row] = values[row];
                }
            }
            case DOUBLE -> System.arraycopy(((DoubleColumn) column).values(), 0, into, 0, rows);
            case BOOLEAN -> {
                boolean[] values = ((BooleanColumn) column).values();
                for (int row = 0; row < rows; row++) {
                    into[row] = values[row] ? 1 : 0;
                }
            }
            case BYTES -> readDecimals((BytesColumn) column, rows, into);
        }
    }

    private void readLongs(long[] values, int rows, double[] into) {
        if (type.kind() == ColumnType.Kind.UINT64) {
            for (int row = 0; row < rows; row++) {
                into[row] = ofUnsigned(values[row]);
            }
        } else if (type.scale() == 0) {
            for (int row = 0; row < rows; row++) {
                into[row] = values[row];
            }
        } else {
            for (int row = 0; row < rows; row++) {
                into[row] = ofDecimal(values[row]);
            }
        }
    }

    private static double ofUnsigned(long value) {
        // Halved with the lost bit kept as the last one, so that the conversion alone rounds.
        return value >= 0 ? value : (double) (value >>> 1 | value & 1) * 2;
    }

    private double ofDecimal(long unscaled) {
        return Math.abs(unscaled) <= LARGEST_EXACT
                ? unscaled / divisor
                : BigDecimal.valueOf(unscaled, type.scale()).doubleValue();
    }

    /** Decimals of more than 18 digits; the one numeric type that makes objects per row. */
    private void readDecimals(BytesColumn column, int rows, double[] into) {
        for (int row = 0; row < rows; row++) {
            into[row] = column.isNull(row)
                    ? 0
                    : new BigDecimal(new BigInteger(column.copy(row)), type.scale()).doubleValue();
        }
    }

    @Override
    boolean whole() {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> true;
            case BOOLEAN, UINT64, FLOAT32, FLOAT64, DECIMAL, DATE, TIME, TIMESTAMP, STRING, UUID -> false;
        };
    }

    @Override
    void readWhole(Column column, int rows, long[] into) {
        if (column instanceof LongColumn longs) {
            System.arraycopy(longs.values(), 0, into, 0, rows);
        } else {
            int[] values = ((IntColumn) column).values();
            for (int row = 0; row < rows; row++) {
                into[row] = values[row];
            }
        }
    }

    /** Whether a value is true, or not 0. */
    static final class Truth extends ValueReader {

        private final NumberReader numbers;

        Truth(ColumnType type) {
            this.numbers = new NumberReader(type);
        }

        @Override
        void read(Column column, int rows, double[] into) {
            numbers.read(column, rows, into);
            for (int row = 0; row < rows; row++) {
                into[row] = into[row] != 0 ? 1 : 0;
            }
        }
    }
}
