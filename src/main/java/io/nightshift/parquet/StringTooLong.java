package io.nightshift.parquet;

/** A string, or all strings of a record batch, are longer than the limits allow; the boundary that knows the place turns it into LIMIT_EXCEEDED. */
final class StringTooLong extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StringTooLong(long length, int limit) {
        super("text of " + length + " bytes; at most " + limit + " are read");
    }
}
