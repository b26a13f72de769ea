package io.nightshift.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Parquet's bit packing: numbers of some bits each one after another, the lowest bit first. */
final class BitPacking {

    /** Eight bytes of an array as Parquet orders them. */
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bits of the widest number that {@link #pack} takes. */
    static final int MOST_BITS = 63;

    private BitPacking() {}

    /**
     * Appends numbers.
     *
     * @param numbers each from 0 and of at most {@code bits} bits
     * @param count a multiple of 8
     * @param bits 0 to {@value #MOST_BITS}
     * @param out over an array of its own, with room for them
     */
    static void pack(long[] numbers, int from, int count, int bits, ByteBuffer out) {
        if (bits == 0) {
            return;
        }
        byte[] bytes = out.array();
        int at = out.position();
        long open = 0;
        int filled = 0;
        for (int i = from; i < from + count; i++) {
            long number = numbers[i];
            open |= number << filled;
            filled += bits;
            if (filled >= Long.SIZE) {
                LONGS.set(bytes, at, open);
                at += Long.BYTES;
                filled -= Long.SIZE;
                // What of the number found no room; with none left the shift is by all its bits.
                open = number >>> (bits - filled);
            }
        }
        for (; filled > 0; filled -= Byte.SIZE) {
            bytes[at++] = (byte) open;
            open >>>= Byte.SIZE;
        }
        out.position(at);
    }
}
