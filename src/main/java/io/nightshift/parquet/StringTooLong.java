package io.nightshift.parquet;

/** A string is longer than the limits allow; the boundary that knows the place turns it into LIMIT_EXCEEDED. */
final class StringTooLong extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StringTooLong(int length) {
        super("a string of " + length + " bytes");
    }
}
