package io.nightshift.parquet;

/**
 * The values of one page, nulls left out, decoded in order and many at a time. A decoder serves the physical types that
 * its encoding has; asking for another is a damaged file. Fails with any {@code RuntimeException} where bytes are damaged.
 */
abstract class PageValues {

    /** Where {@link #nextBytes} found its value; the array is shared and only to be read. */
    byte[] bytes = new byte[0];

    int start;
    int length;

    void ints(int[] into, int from, int count) {
        throw wrongType();
    }

    void longs(long[] into, int from, int count) {
        throw wrongType();
    }

    void floats(float[] into, int from, int count) {
        throw wrongType();
    }

    void doubles(double[] into, int from, int count) {
        throw wrongType();
    }

    void booleans(boolean[] into, int from, int count) {
        throw wrongType();
    }

    /** Moves to the next string, fixed-length value or INT96. */
    void nextBytes() {
        throw wrongType();
    }

    abstract void skip(int count);

    /** Called when the page's last value is read: bytes left over mean that it was not what its header says. */
    void end() {}

    private IllegalArgumentException wrongType() {
        return new IllegalArgumentException("values of another type than the column's");
    }
}
