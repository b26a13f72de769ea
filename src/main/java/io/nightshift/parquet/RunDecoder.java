package io.nightshift.parquet;

import java.util.Arrays;

/**
 * Decodes Parquet's mix of repeated and bit-packed runs, many numbers at a time. Every read stays inside the given range
 * of the array: the array may hold another page's bytes behind it.
 */
final class RunDecoder {

    private static final int LARGEST_VARINT = 5;

    private byte[] bytes = new byte[0];
    private int position;
    private int limit;
    private int bitWidth;

    private int left;
    private boolean repeated;
    private int value;
    private long firstBit;

    void reset(byte[] bytes, int from, int limit, int bitWidth) {
        if (bitWidth > Integer.SIZE) {
            throw new IllegalArgumentException("a width of " + bitWidth + " bits");
        }
        this.bytes = bytes;
        this.position = from;
        this.limit = limit;
        this.bitWidth = bitWidth;
        this.left = 0;
    }

    /** How many of the next {@code count} numbers are sure to be {@code expected} without looking further than one run. */
    int skipRepeated(int expected, int count) {
        if (left == 0) {
            nextRun();
        }
        if (!repeated || value != expected) {
            return 0;
        }
        int skipped = Math.min(left, count);
        left -= skipped;
        return skipped;
    }

    void read(int[] into, int from, int count) {
        int at = from;
        int end = from + count;
        while (at < end) {
            if (left == 0) {
                nextRun();
            }
            int take = Math.min(left, end - at);
            if (repeated) {
                Arrays.fill(into, at, at + take, value);
            } else {
                unpack(into, at, take);
            }
            left -= take;
            at += take;
        }
    }

    void skip(int count) {
        int toSkip = count;
        while (toSkip > 0) {
            if (left == 0) {
                nextRun();
            }
            int take = Math.min(left, toSkip);
            firstBit += (long) take * bitWidth;
            left -= take;
            toSkip -= take;
        }
    }

    private void nextRun() {
        int header = varint();
        repeated = (header & 1) == 0;
        int size = header >>> 1;
        if (size == 0) {
            throw new IllegalArgumentException("a run of no values");
        }
        if (repeated) {
            left = size;
            value = number((bitWidth + 7) >>> 3);
            return;
        }
        long count = size * 8L;
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a run of " + count + " values");
        }
        left = (int) count;
        firstBit = position * 8L;
        // The last run of a page may be cut where its values end.
        position = (int) Math.min(limit, position + (count * bitWidth >>> 3));
    }

    private void unpack(int[] into, int from, int count) {
        long bit = firstBit;
        long end = bit + (long) count * bitWidth;
        if (end > position * 8L) {
            throw new IllegalArgumentException("the page ends within a run");
        }
        long mask = (1L << bitWidth) - 1;
        int at = from;
        long lastWhole = (bytes.length - Long.BYTES) * 8L;
        for (int i = 0; i < count && bit <= lastWhole; i++) {
            into[at++] = (int) ((long) BitPacking.LONGS.get(bytes, (int) (bit >>> 3)) >>> (bit & 7) & mask);
            bit += bitWidth;
        }
        for (; bit < end; bit += bitWidth) {
            into[at++] = (int) (tail((int) (bit >>> 3)) >>> (bit & 7) & mask);
        }
        // A width of zero bits has no bytes at all.
        Arrays.fill(into, at, from + count, 0);
        firstBit = end;
    }

    private long tail(int from) {
        long tail = 0;
        for (int i = from; i < Math.min(from + Long.BYTES, bytes.length); i++) {
            tail |= (bytes[i] & 0xffL) << (8 * (i - from));
        }
        return tail;
    }

    private int number(int size) {
        int number = 0;
        for (int i = 0; i < size; i++) {
            number |= next() << (8 * i);
        }
        return number;
    }

    private int varint() {
        int number = 0;
        for (int i = 0; i < LARGEST_VARINT; i++) {
            int next = next();
            number |= (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                return number;
            }
        }
        throw new IllegalArgumentException("a run's length of more than " + LARGEST_VARINT + " bytes");
    }

    private int next() {
        if (position >= limit) {
            throw new IllegalArgumentException("the page ends before its values");
        }
        return bytes[position++] & 0xff;
    }
}
