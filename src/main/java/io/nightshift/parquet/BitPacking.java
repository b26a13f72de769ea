package io.nightshift.parquet;

import java.nio.ByteBuffer;

/** Parquet's bit packing: numbers of some bits each one after another, the lowest bit first. */
final class BitPacking {

    private BitPacking() {}

    /**
     * Appends numbers.
     *
     * @param numbers each from 0 and of at most {@code bits} bits
     * @param count a multiple of 8
     * @param bits 0 to 31
     * @param out little-endian, with room for them
     */
    static void pack(int[] numbers, int from, int count, int bits, ByteBuffer out) {
        if (bits == 0) {
            return;
        }
        long open = 0;
        int filled = 0;
        for (int i = from; i < from + count; i++) {
            open |= (long) numbers[i] << filled;
            filled += bits;
            if (filled >= Integer.SIZE) {
                out.putInt((int) open);
                open >>>= Integer.SIZE;
                filled -= Integer.SIZE;
            }
        }
        for (; filled > 0; filled -= Byte.SIZE) {
            out.put((byte) open);
            open >>>= Byte.SIZE;
        }
    }
}
