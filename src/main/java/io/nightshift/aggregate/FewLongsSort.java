package io.nightshift.aggregate;

import java.util.Arrays;

/**
 * Sorts some hundreds of longs again and again. Two ascending runs, as the merging of sorted arrays leaves them, are merged. Numbers that
 * differ in few bytes, as those of narrow columns do, are distributed by these bytes from the lowest on, which takes no comparison and so no
 * wrongly predicted branch; others are compared. Not thread-safe.
 */
final class FewLongsSort {

    private static final int VALUES = 1 << Byte.SIZE;
    private static final int MOST_PASSES = 4;

    private final int[] starts = new int[VALUES];
    private long[] spare = new long[0];

    /** Sorts the first numbers of an array, ascending. */
    void sort(long[] numbers, int size) {
        int middle = ascending(numbers, 0, size);
        if (middle == size) {
            return;
        }
        if (ascending(numbers, middle, size) == size) {
            reserve(size - middle);
            System.arraycopy(numbers, middle, spare, 0, size - middle);
            merge(numbers, middle, spare, size - middle);
            return;
        }
        long different = different(numbers, size);
        int passes = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            passes += (different >>> shift & 0xFF) == 0 ? 0 : 1;
        }
        // Numbers of both signs differ in their upper bytes, which the distribution does not order.
        if (passes > MOST_PASSES || different < 0) {
            Arrays.sort(numbers, 0, size);
        } else {
            distribute(numbers, size, different);
        }
    }

    /** Where the numbers from an index on first descend. */
    private static int ascending(long[] numbers, int from, int size) {
        int at = from + 1;
        while (at < size && numbers[at - 1] <= numbers[at]) {
            at++;
        }
        return Math.min(at, size);
    }

    /**
     * Merges ascending numbers into ascending ones.
     *
     * @param into its first {@code size} are the ones, and there is room behind them for the others
     */
    static void merge(long[] into, int size, long[] numbers, int count) {
        int left = size - 1;
        int right = count - 1;
        int at = size + count - 1;
        while (left >= 0 && right >= 0) {
            long ours = into[left];
            long theirs = numbers[right];
            // Which is larger is anybody's guess: chosen without a branch, which would be predicted wrongly as often as
            // not.
            int fromOurs = ours > theirs ? 1 : 0;
            into[at--] = Math.max(ours, theirs);
            left -= fromOurs;
            right -= 1 - fromOurs;
        }
        System.arraycopy(numbers, 0, into, 0, right + 1);
    }

    private static long different(long[] numbers, int size) {
        long different = 0;
        for (int i = 1; i < size; i++) {
            different |= numbers[0] ^ numbers[i];
        }
        return different;
    }

    private void distribute(long[] numbers, int size, long different) {
        reserve(size);
        long[] from = numbers;
        long[] to = spare;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((different >>> shift & 0xFF) != 0) {
                pass(from, to, size, shift);
                long[] swap = from;
                from = to;
                to = swap;
            }
        }
        if (from != numbers) {
            System.arraycopy(from, 0, numbers, 0, size);
        }
    }

    private void reserve(int size) {
        if (spare.length < size) {
            spare = new long[size];
        }
    }

    private void pass(long[] from, long[] to, int size, int shift) {
        int[] next = starts;
        Arrays.fill(next, 0);
        for (int i = 0; i < size; i++) {
            next[(int) (from[i] >>> shift) & 0xFF]++;
        }
        int start = 0;
        for (int value = 0; value < VALUES; value++) {
            int count = next[value];
            next[value] = start;
            start += count;
        }
        for (int i = 0; i < size; i++) {
            long number = from[i];
            to[next[(int) (number >>> shift) & 0xFF]++] = number;
        }
    }
}
