package io.nightshift.feature;

import io.nightshift.data.Column;

/** Whether a value is true, or not 0. */
final class TruthReader extends ValueReader {

    private final NumberReader numbers;

    TruthReader(NumberReader numbers) {
        this.numbers = numbers;
    }

    @Override
    void read(Column column, int rows, double[] into) {
        numbers.read(column, rows, into);
        for (int row = 0; row < rows; row++) {
            into[row] = into[row] != 0 ? 1 : 0;
        }
    }
}
