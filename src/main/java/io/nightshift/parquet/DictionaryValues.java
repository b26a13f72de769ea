package io.nightshift.parquet;

import io.nightshift.data.Dictionary;

/** Values as numbers of entries of the column chunk's dictionary. */
final class DictionaryValues extends PageValues {

    private static final byte[] NOTHING = {};

    private final PhysicalType type;
    private final RunDecoder decoder = new RunDecoder();
    private int[] ids = new int[1024];
    private int size;
    private int[] ints = {};
    private long[] longs = {};
    private float[] floats = {};
    private double[] doubles = {};
    private byte[][] strings = {};
    private Dictionary dictionary = new Dictionary(new byte[][] {NOTHING});

    DictionaryValues(PhysicalType type) {
        this.type = type;
    }

    /** Decodes the dictionary of a column chunk: {@code count} plain values. */
    void dictionary(PlainValues plain, int count) {
        size = count;
        switch (type.kind()) {
            case INT32 -> plain.ints(ints = new int[count], 0, count);
            case INT64 -> plain.longs(longs = new long[count], 0, count);
            case FLOAT -> plain.floats(floats = new float[count], 0, count);
            case DOUBLE -> plain.doubles(doubles = new double[count], 0, count);
            case INT96, BINARY, FIXED -> strings(plain, count);
            case BOOLEAN -> throw new IllegalArgumentException("a dictionary of booleans");
        }
        plain.end();
    }

    private void strings(PlainValues plain, int count) {
        strings = new byte[count][];
        for (int i = 0; i < count; i++) {
            plain.nextBytes();
            strings[i] = java.util.Arrays.copyOfRange(plain.bytes, plain.start, plain.start + plain.length);
        }
        // A batch of nulls points to entry 0, which therefore always exists.
        dictionary = new Dictionary(count == 0 ? new byte[][] {NOTHING} : strings);
    }

    Dictionary dictionary() {
        return dictionary;
    }

    void reset(byte[] page, int from, int limit) {
        if (from == limit) {
            decoder.reset(page, from, limit, 0);
            return;
        }
        decoder.reset(page, from + 1, limit, page[from] & 0xff);
    }

    /** The next entries' numbers, each of them in the dictionary. */
    void ids(int[] into, int from, int count) {
        decoder.read(into, from, count);
        int largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, into[i] >= 0 ? into[i] : Integer.MAX_VALUE);
        }
        if (count > 0 && largest >= size) {
            throw new IllegalArgumentException("entry " + largest + " of a dictionary of " + size);
        }
    }

    private int[] ids(int count) {
        if (ids.length < count) {
            ids = new int[count];
        }
        ids(ids, 0, count);
        return ids;
    }

    @Override
    void ints(int[] into, int from, int count) {
        int[] entries = ids(count);
        for (int i = 0; i < count; i++) {
            into[from + i] = ints[entries[i]];
        }
    }

    @Override
    void longs(long[] into, int from, int count) {
        int[] entries = ids(count);
        for (int i = 0; i < count; i++) {
            into[from + i] = longs[entries[i]];
        }
    }

    @Override
    void floats(float[] into, int from, int count) {
        int[] entries = ids(count);
        for (int i = 0; i < count; i++) {
            into[from + i] = floats[entries[i]];
        }
    }

    @Override
    void doubles(double[] into, int from, int count) {
        int[] entries = ids(count);
        for (int i = 0; i < count; i++) {
            into[from + i] = doubles[entries[i]];
        }
    }

    @Override
    void nextBytes() {
        bytes = strings[ids(1)[0]];
        start = 0;
        length = bytes.length;
    }

    @Override
    void skip(int count) {
        decoder.skip(count);
    }
}
