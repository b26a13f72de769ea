package io.nightshift.parquet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/**
 * Writes small numbers in Parquet's hybrid of run lengths and bit packing: eight or more equal numbers become a run, others are packed
 * by eight. Used again for every page; not thread-safe.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">the format</a>
 */
final class RunEncoder {

    private static final int GROUP = 8;
    /** So that the header of packed groups is one byte, as other writers have it. */
    private static final int MOST_GROUPS = 63;
    /** A run's header and value at their longest. */
    private static final int RUN_BYTES = 9;

    private final long[] packed = new long[MOST_GROUPS * GROUP];
    private ByteBuffer out = ByteBuffer.allocate(0);

    /**
     * Encodes numbers; the bytes are valid until the next call.
     *
     * @param numbers each from 0 and of at most {@code bits} bits
     * @param bits 0 to 31
     */
    BytesInput encode(int[] numbers, int count, int bits) {
        reserve((count / GROUP + 1) * (Math.max(bits, RUN_BYTES) + 1) + Long.BYTES);
        int at = 0;
        while (at < count) {
            if (beginsRun(numbers, at, count) || bits == 0) {
                int end = at + 1;
                while (end < count && numbers[end] == numbers[at]) {
                    end++;
                }
                putRun(end - at, numbers[at], bits);
                at = end;
            } else {
                int end = at + GROUP;
                while (end < count && end - at < MOST_GROUPS * GROUP && !beginsRun(numbers, end, count)) {
                    end += GROUP;
                }
                pack(numbers, at, end, count, bits);
                at = end;
            }
        }
        return BytesInput.from(out.array(), 0, out.position());
    }

    private void reserve(int bytes) {
        if (out.capacity() < bytes) {
            out = ByteBuffer.allocate(bytes);
        }
        out.clear();
    }

    private static boolean beginsRun(int[] numbers, int at, int count) {
        if (count - at < GROUP) {
            return false;
        }
        int first = numbers[at];
        int different = 0;
        for (int i = at + 1; i < at + GROUP; i++) {
            different |= first ^ numbers[i];
        }
        return different == 0;
    }

    private void putRun(int length, int number, int bits) {
        int header = length << 1;
        while (header > 0x7F) {
            out.put((byte) (header | 0x80));
            header >>>= 7;
        }
        out.put((byte) header);
        for (int shift = 0; shift < bits; shift += Byte.SIZE) {
            out.put((byte) (number >>> shift));
        }
    }

    /** Packs the numbers from {@code at} to {@code end}, zeros for those after the last one. */
    private void pack(int[] numbers, int at, int end, int count, int bits) {
        out.put((byte) ((end - at) / GROUP << 1 | 1));
        int known = Math.min(end, count) - at;
        for (int i = 0; i < known; i++) {
            packed[i] = numbers[at + i];
        }
        Arrays.fill(packed, known, end - at, 0);
        BitPacking.pack(packed, 0, end - at, bits, out);
    }
}
