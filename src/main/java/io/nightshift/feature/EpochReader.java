package io.nightshift.feature;

import io.nightshift.data.Column;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;

/** Whole units since 1970-01-01T00:00, rounded down. */
final class EpochReader extends ValueReader {

    private final long factor;
    private final long divisor;

    /**
     * @param factor units in one of the column's units, for dates; 1 else
     * @param divisor the column's units in one unit
     */
    EpochReader(long factor, long divisor) {
        this.factor = factor;
        this.divisor = divisor;
    }

    @Override
    void read(Column column, int rows, double[] into) {
        if (column instanceof IntColumn dates) {
            int[] values = dates.values();
            for (int row = 0; row < rows; row++) {
                into[row] = values[row] * factor;
            }
        } else {
            long[] values = ((LongColumn) column).values();
            for (int row = 0; row < rows; row++) {
                into[row] = Math.floorDiv(values[row], divisor);
            }
        }
    }

    @Override
    boolean whole() {
        return true;
    }

    @Override
    void readWhole(Column column, int rows, long[] into) {
        if (column instanceof IntColumn dates) {
            int[] values = dates.values();
            for (int row = 0; row < rows; row++) {
                into[row] = values[row] * factor;
            }
        } else {
            long[] values = ((LongColumn) column).values();
            for (int row = 0; row < rows; row++) {
                into[row] = Math.floorDiv(values[row], divisor);
            }
        }
    }
}
