package io.nightshift.feature;

import io.nightshift.data.Column;
import io.nightshift.data.RejectReason;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column into numbers, a whole batch at a time. What has no number becomes NaN. Rows that are null get any value;
 * the caller replaces it. Belongs to one worker; not thread-safe.
 */
abstract class ValueReader {

    static final String FITTING_NUMBER = "a finite number that fits the model's tensor";

    abstract void read(Column column, int rows, double[] into);

    /** Whether {@link #readWhole} works, which keeps all 64 bits. */
    boolean whole() {
        return false;
    }

    void readWhole(Column column, int rows, long[] into) {
        throw new UnsupportedOperationException("only whole numbers are read as such");
    }

    /** Why a row is rejected whose value became NaN. */
    RejectReason refusal() {
        return RejectReason.INVALID_VALUE;
    }

    /**
     * The message of a rejected row whose value has no number.
     *
     * @param feature what was to be read, as a subject
     */
    String message(String feature, @Nullable String value) {
        return feature + " is NaN; allowed is " + FITTING_NUMBER;
    }
}
