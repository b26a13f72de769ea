package io.nightshift.data;

/** Why a row could not be scored. The names are stored in reject tables and never change their meaning. */
public enum RejectReason {
    /** A key column is null. */
    NULL_KEY,
    /** A feature is null and its {@code missing} says reject. */
    MISSING_VALUE,
    /** A feature's text is not in the vocabulary and its {@code unknown} says reject. */
    UNKNOWN_VALUE,
    /** A feature is NaN, infinite, or does not fit the tensor's type. */
    INVALID_VALUE,
    /** An output is NaN or infinite. */
    OUTPUT_NOT_FINITE,
    /** An output is outside the range of the model's signature. */
    OUTPUT_OUT_OF_RANGE
}
