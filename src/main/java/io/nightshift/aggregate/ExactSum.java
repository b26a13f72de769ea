package io.nightshift.aggregate;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums per group without any rounding, so that no order of additions and merges can change them: fixed-point numbers of
 * 32-bit digits (bins) held in 64-bit integers, whose upper halves collect carries until there are too many of them (after
 * R. M. Neal, "Fast exact summation using small and large superaccumulators", 2015). Adding a value touches two or three neighbouring bins. All groups share one window
 * of bins, just as wide as the values seen need.
 */
final class ExactSum {

    /** Bits of a bin's digit. */
    private static final int DIGIT = 32;

    private static final long LOW = 0xFFFFFFFFL;
    /** The bin whose lowest bit counts 1; below it, bins reach down to the smallest double, 2^-1074. */
    private static final int ONES = 34;

    private static final int LAST = 80;
    /** An addition changes a bin by less than 2^33, so that many fit beside a digit in 63 bits. */
    private static final long MOST_ADDITIONS = 1L << 28;

    private static final int POSITIVE_INFINITY = 1;
    private static final int NEGATIVE_INFINITY = 2;

    private int groups;
    private int first = ONES;
    private int width = 2;
    private long[] bins = new long[0];
    private byte @Nullable [] infinite;
    private long additions;

    void resize(int size) {
        groups = size;
        if ((long) size * width > bins.length) {
            bins = Arrays.copyOf(
                    bins, Math.toIntExact(Math.max((long) size * width, Math.min(bins.length * 2L, 1L << 30))));
        }
        if (infinite != null && infinite.length < size) {
            infinite = Arrays.copyOf(infinite, size * 2);
        }
    }

    void addLongs(int[] group, long[] values, int count, boolean unsigned) {
        prepare(count, ONES, ONES + 2);
        long[] sums = bins;
        int stride = width;
        int offset = ONES - first;
        for (int i = 0; i < count; i++) {
            int bin = group[i] * stride + offset;
            long value = values[i];
            sums[bin] += value & LOW;
            sums[bin + 1] += unsigned ? value >>> DIGIT : value >> DIGIT;
        }
    }

    void addLongSquares(int[] group, long[] values, int count, boolean unsigned) {
        prepare(count, ONES, ONES + 4);
        int offset = ONES - first;
        for (int i = 0; i < count; i++) {
            int bin = group[i] * width + offset;
            long value = values[i];
            long low = value * value;
            long high = Math.multiplyHigh(value, value) + (unsigned && value < 0 ? 2 * value : 0);
            bins[bin] += low & LOW;
            bins[bin + 1] += low >>> DIGIT;
            bins[bin + 2] += high & LOW;
            bins[bin + 3] += high >>> DIGIT;
        }
    }

    void addFloats(int[] group, float[] values, int count) {
        prepare(count, first, first + width);
        long[] sums = bins;
        int stride = width;
        int start = first;
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            int exponent = (bits >>> 23) & 0xFF;
            // The lowest bit of a normal float counts 2^(exponent - 150).
            int position = exponent + (ONES * DIGIT - 150);
            int bin = (position >>> 5) - start;
            if (exponent == 0 || exponent == 0xFF || bin < 0 || bin + 2 > stride) {
                addRare(group[i], values[i]);
                sums = bins;
                stride = width;
                start = first;
                continue;
            }
            long shifted = (long) ((bits & 0x7FFFFF) | 0x800000) << (position & 31);
            long sign = bits >> 31;
            int at = group[i] * stride + bin;
            sums[at] += ((shifted & LOW) ^ sign) - sign;
            sums[at + 1] += ((shifted >>> DIGIT) ^ sign) - sign;
        }
    }

    void addDoubles(int[] group, double[] values, int count) {
        prepare(count, first, first + width);
        for (int i = 0; i < count; i++) {
            addDouble(group[i], values[i]);
        }
    }

    /** Squares of floats are exact as doubles. */
    void addFloatSquares(int[] group, float[] values, int count) {
        prepare(count, first, first + width);
        for (int i = 0; i < count; i++) {
            addDouble(group[i], (double) values[i] * values[i]);
        }
    }

    /** A square of a double is the exact sum of two doubles while it neither overflows nor falls below 2^-969. */
    void addDoubleSquares(int[] group, double[] values, int count) {
        prepare(2 * count, first, first + width);
        for (int i = 0; i < count; i++) {
            double square = values[i] * values[i];
            addDouble(group[i], square);
            if (square <= Double.MAX_VALUE) {
                addDouble(group[i], Math.fma(values[i], values[i], -square));
            }
        }
    }

    /** Adds a whole number of any size up to 512 bits. */
    void addWhole(int group, BigInteger value) {
        addScaled(group, value, ONES);
    }

    private void addScaled(int group, BigInteger value, int bin) {
        int digits = value.bitLength() / DIGIT + 1;
        prepare(1, bin, bin + digits);
        int at = group * width + bin - first;
        BigInteger rest = value;
        for (int i = 0; i < digits; i++) {
            bins[at + i] += i + 1 < digits ? rest.intValue() & LOW : rest.intValue();
            rest = rest.shiftRight(DIGIT);
        }
    }

    private void addDouble(int group, double value) {
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> 52) & 0x7FF;
        // The lowest bit of a normal double counts 2^(exponent - 1075).
        int position = exponent + (ONES * DIGIT - 1075);
        int bin = (position >>> 5) - first;
        if (exponent == 0 || exponent == 0x7FF || bin < 0 || bin + 3 > width) {
            addRare(group, value);
            return;
        }
        addDigits(group * width + bin, (bits & 0xFFFFFFFFFFFFFL) | 1L << 52, position & 31, bits >> 63);
    }

    private void addDigits(int at, long mantissa, int shift, long sign) {
        long low = (mantissa & LOW) << shift;
        long high = (mantissa >>> DIGIT) << shift;
        bins[at] += ((low & LOW) ^ sign) - sign;
        bins[at + 1] += (((low >>> DIGIT) + (high & LOW)) ^ sign) - sign;
        bins[at + 2] += ((high >>> DIGIT) ^ sign) - sign;
    }

    /** Zeros, subnormals, infinities, and values outside the window of bins. */
    private void addRare(int group, double value) {
        if (Double.isInfinite(value)) {
            byte[] marks = infinite == null ? new byte[groups] : infinite;
            marks[group] |= (byte) (value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY);
            infinite = marks;
        } else if (value != 0) {
            int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT);
            long bits = Double.doubleToRawLongBits(value);
            boolean subnormal = Math.abs(value) < Double.MIN_NORMAL;
            long mantissa = (bits & 0xFFFFFFFFFFFFFL) | (subnormal ? 0 : 1L << 52);
            int position = exponent - 52 + ONES * DIGIT;
            int bin = position >>> 5;
            widen(bin, bin + 3);
            addDigits(group * width + bin - first, mantissa, position & 31, bits >> 63);
        }
    }

    /** Makes room for the additions of a batch: bins for the range, and carries taken over where too many collected. */
    private void prepare(int count, int from, int to) {
        widen(from, to);
        additions += count;
        if (additions > MOST_ADDITIONS) {
            normalize();
            additions = count;
        }
    }

    private void widen(int from, int to) {
        int newFirst = Math.min(first, from);
        int newWidth = Math.max(first + width, to) - newFirst;
        if (newWidth == width) {
            return;
        }
        long[] wider = new long[Math.toIntExact((long) Math.max(groups, 1) * newWidth)];
        for (int group = 0; group < groups; group++) {
            System.arraycopy(bins, group * width, wider, group * newWidth + first - newFirst, width);
        }
        bins = wider;
        first = newFirst;
        width = newWidth;
    }

    /** Takes all carries over: every bin but the last holds a digit, the last one the sign. */
    private void normalize() {
        boolean fits = true;
        for (int group = 0; group < groups; group++) {
            int last = (group + 1) * width - 1;
            for (int bin = group * width; bin < last; bin++) {
                bins[bin + 1] += bins[bin] >> DIGIT;
                bins[bin] &= LOW;
            }
            fits &= bins[last] == (int) bins[last];
        }
        additions = 0;
        if (!fits) {
            widen(first, first + width + 1);
            normalize();
        }
    }

    /** The group's sum in units of {@code 2^}{@link #exponent()}; without the infinities. */
    BigInteger total(int group) {
        byte[] digits = new byte[width * Integer.BYTES];
        long carry = 0;
        byte[] top = new byte[Long.BYTES];
        for (int bin = 0; bin < width; bin++) {
            carry += bins[group * width + bin];
            int at = digits.length - (bin + 1) * Integer.BYTES;
            for (int i = 0; i < Integer.BYTES; i++) {
                digits[at + Integer.BYTES - 1 - i] = (byte) (carry >> (i * Byte.SIZE));
            }
            carry >>= DIGIT;
        }
        for (int i = 0; i < Long.BYTES; i++) {
            top[Long.BYTES - 1 - i] = (byte) (carry >> (i * Byte.SIZE));
        }
        byte[] all = Arrays.copyOf(top, top.length + digits.length);
        System.arraycopy(digits, 0, all, top.length, digits.length);
        return new BigInteger(all);
    }

    int exponent() {
        return (first - ONES) * DIGIT;
    }

    /** NaN where both infinities were added, an infinity where one was, else 0. */
    double infinity(int group) {
        int marks = infinite == null ? 0 : infinite[group];
        return switch (marks) {
            case 0 -> 0;
            case POSITIVE_INFINITY -> Double.POSITIVE_INFINITY;
            case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
            default -> Double.NaN;
        };
    }

    void merge(ExactSum other, int[] mapping) {
        prepare(1, other.first, other.first + other.width);
        other.normalize();
        normalize();
        widen(other.first, other.first + other.width);
        for (int group = 0; group < other.groups; group++) {
            int from = group * other.width;
            int to = mapping[group] * width + other.first - first;
            for (int i = 0; i < other.width; i++) {
                bins[to + i] += other.bins[from + i];
            }
            if (other.infinite != null && other.infinite[group] != 0) {
                if (infinite == null) {
                    infinite = new byte[groups];
                }
                infinite[mapping[group]] |= other.infinite[group];
            }
        }
        additions = MOST_ADDITIONS;
    }

    void write(StateWriter out) {
        normalize();
        out.number(first);
        for (int group = 0; group < groups; group++) {
            out.number(infinite == null ? 0 : infinite[group]);
            out.bytes(total(group).toByteArray());
        }
    }

    void read(StateReader in, int size) {
        int bin = in.number(0, LAST, "the position of a sum");
        resize(size);
        for (int group = 0; group < size; group++) {
            int marks = in.number(0, POSITIVE_INFINITY | NEGATIVE_INFINITY, "a mark of infinity");
            if ((marks & POSITIVE_INFINITY) != 0) {
                addRare(group, Double.POSITIVE_INFINITY);
            }
            if ((marks & NEGATIVE_INFINITY) != 0) {
                addRare(group, Double.NEGATIVE_INFINITY);
            }
            byte[] digits = in.bytes();
            if (digits.length == 0 || digits.length > LAST * Integer.BYTES) {
                throw StateReader.damaged("a sum of " + digits.length + " bytes");
            }
            addScaled(group, new BigInteger(digits), bin);
        }
    }

    long bytes() {
        return (long) bins.length * Long.BYTES;
    }
}
