package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Seed;
import java.io.IOException;
import java.util.Random;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.api.Test;

class RunEncoderTest {

    private static final int MOST_NUMBERS = 2_000;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();

    @Test
    void parquetJavaReadsWhatItWrites() throws IOException {
        RunEncoder encoder = new RunEncoder();
        for (int round = 0; round < 500; round++) {
            int bits = random.nextInt(32);
            int count = 1 + random.nextInt(MOST_NUMBERS);
            int[] numbers = numbers(count, bits, random.nextInt(1, 40));
            byte[] encoded = encoder.encode(numbers, count, bits).toByteArray();
            RunLengthBitPackingHybridDecoder decoder = new RunLengthBitPackingHybridDecoder(
                    bits, ByteBufferInputStream.wrap(java.nio.ByteBuffer.wrap(encoded)));
            for (int i = 0; i < count; i++) {
                assertThat(decoder.readInt())
                        .as("number %s of %s, %s bits, %s", i, count, bits, seed)
                        .isEqualTo(numbers[i]);
            }
            assertThat(encoded.length)
                    .as("bytes of %s numbers of %s bits, %s", count, bits, seed)
                    .isLessThanOrEqualTo((count + 7) / 8 * (bits + 1) + 8);
        }
    }

    @Test
    void oneRepeatedNumberTakesAFewBytes() throws IOException {
        int[] numbers = new int[20_000];
        java.util.Arrays.fill(numbers, 300);
        assertThat(new RunEncoder().encode(numbers, numbers.length, 9).size()).isEqualTo(5);
    }

    /** Runs of about the given length, so that runs and packed groups take turns. */
    private int[] numbers(int count, int bits, int run) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] =
                    i > 0 && random.nextInt(run) > 0 ? numbers[i - 1] : (int) (random.nextLong() & (1L << bits) - 1);
        }
        return numbers;
    }
}
