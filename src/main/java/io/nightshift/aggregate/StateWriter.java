package io.nightshift.aggregate;

import java.util.Arrays;

/** Appends the parts of a state: fixed longs, variable-length numbers, byte strings. */
final class StateWriter {

    private static final int FIRST_BYTES = 4096;
    private static final int LONGEST_NUMBER = 10;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    void fixed(long value) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Seven bits a byte, lowest first; small values are short. Negative values take ten bytes. */
    void number(long value) {
        reserve(LONGEST_NUMBER);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void bytes(byte[] value, int from, int length) {
        number(length);
        reserve(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
    }

    void bytes(byte[] value) {
        bytes(value, 0, value.length);
    }

    /** The bytes so far; the array holds leftovers behind {@link #size()}. */
    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, bytes.length * 2L)));
        }
    }
}
