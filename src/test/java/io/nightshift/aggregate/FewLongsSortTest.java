package io.nightshift.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Seed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FewLongsSortTest {

    private final Seed seed = Seed.next();
    private final Random random = seed.random();

    @Test
    void sortsNumbersThatDifferInAnyBytes() {
        FewLongsSort sort = new FewLongsSort();
        for (int round = 0; round < 3_000; round++) {
            long mask = random.nextLong() & random.nextLong() & random.nextLong();
            long fixed = random.nextLong();
            int size = random.nextInt(400);
            long[] numbers = new long[size + 1];
            for (int i = 0; i < size; i++) {
                numbers[i] = fixed ^ (random.nextLong() & mask);
            }
            numbers[size] = Long.MIN_VALUE;
            long[] expected = numbers.clone();
            Arrays.sort(expected, 0, size);
            sort.sort(numbers, size);
            assertThat(numbers)
                    .as("%s numbers that differ in %x, %s", size, mask, seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void sortsAscendingRuns() {
        FewLongsSort sort = new FewLongsSort();
        for (int round = 0; round < 3_000; round++) {
            int size = random.nextInt(400);
            long spread = random.nextBoolean() ? 1 + random.nextInt(1_000) : Long.MAX_VALUE;
            long[] numbers = random.longs(size + 1, -spread, spread).toArray();
            int middle = random.nextInt(size + 1);
            int more = random.nextInt(4) == 0 ? random.nextInt(size - middle + 1) : 0;
            Arrays.sort(numbers, 0, middle);
            Arrays.sort(numbers, middle, size - more);
            numbers[size] = Long.MIN_VALUE;
            long[] expected = numbers.clone();
            Arrays.sort(expected, 0, size);
            sort.sort(numbers, size);
            assertThat(numbers)
                    .as("%s and %s numbers, %s of no run, %s", middle, size - middle, more, seed)
                    .isEqualTo(expected);
        }
    }
}
