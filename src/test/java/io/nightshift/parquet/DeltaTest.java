package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.junit.jupiter.api.Test;

class DeltaTest {

    private static final int MOST_ROWS = 1_000;
    private static final int FEW_ROWS = 80;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();

    @Test
    void parquetJavaReadsWhatItWrites() throws IOException {
        DeltaPages wide = new DeltaPages(Long.BYTES, MOST_ROWS);
        DeltaPages narrow = new DeltaPages(Integer.BYTES, MOST_ROWS);
        for (int round = 0; round < 400; round++) {
            boolean isWide = random.nextBoolean();
            int width = isWide ? Long.BYTES : Integer.BYTES;
            long[] values = rising(1 + random.nextInt(MOST_ROWS), random.nextInt(isWide ? 25 : 9), isWide);
            BytesInput encoded = (isWide ? wide : narrow).encode(plain(values, isWide), values.length * width);
            if (encoded == null) {
                // A part of 32 values is written as a whole, which may be more than half of a few values.
                assertThat(values.length).as("%s", seed).isLessThan(FEW_ROWS);
                continue;
            }
            assertReadAs(values, encoded.toByteArray(), isWide);
        }
    }

    /** One part of the width, in a page that pays all the same. */
    @Test
    void writesDifferencesOfEveryWidth() throws IOException {
        for (int bits = 0; bits <= BitPacking.MOST_BITS; bits++) {
            for (int count : new int[] {MOST_ROWS, 9 * 128 + 1, 9 * 128 + 2, 9 * 128 + 33, 10 * 128}) {
                boolean wide = bits > Integer.SIZE || random.nextBoolean();
                int from = random.nextInt(count - 33);
                long[] values = new long[count];
                for (int i = 1; i < count; i++) {
                    long difference = i >= from && i < from + 32 ? random.nextLong() & (1L << bits) - 1 : 5;
                    values[i] = wide ? values[i - 1] + difference : (int) (values[i - 1] + difference);
                }
                int width = wide ? Long.BYTES : Integer.BYTES;
                BytesInput encoded = new DeltaPages(width, count).encode(plain(values, wide), count * width);
                if (encoded == null) {
                    // A sum beyond an int wraps around, by a difference that no int holds.
                    assertThat(wide).as("%s bits, %s", bits, seed).isFalse();
                    assertThat(bits).as("%s", seed).isGreaterThan(25);
                    continue;
                }
                assertReadAs(values, encoded.toByteArray(), wide);
            }
        }
    }

    @Test
    void leavesPagesPlainThatWouldBeMoreThanHalf() {
        int rows = ColumnPages.PAGE_ROWS;
        DeltaPages wide = new DeltaPages(Long.BYTES, rows);
        DeltaPages narrow = new DeltaPages(Integer.BYTES, rows);
        for (int bits : new int[] {20, 28, 36, 50, 62}) {
            long[] values = random.longs(rows, 0, 1L << bits).toArray();
            assertThat(wide.encode(plain(values, true), rows * Long.BYTES) == null)
                    .as("%s bits, %s", bits, seed)
                    .isEqualTo(bits > Integer.SIZE);
        }
        for (int bits : new int[] {8, 12, 18, 30}) {
            long[] values = random.longs(rows, 0, 1L << bits).toArray();
            assertThat(narrow.encode(plain(values, false), rows * Integer.BYTES) == null)
                    .as("%s bits, %s", bits, seed)
                    .isEqualTo(bits > Short.SIZE);
        }
    }

    @Test
    void leavesPagesPlainWhoseDifferencesNotEveryReaderTakes() {
        long[] far = rising(MOST_ROWS, 3, true);
        far[MOST_ROWS / 2] = far[0] ^ Long.MIN_VALUE;
        assertThat(new DeltaPages(Long.BYTES, MOST_ROWS).encode(plain(far, true), MOST_ROWS * Long.BYTES))
                .as("%s", seed)
                .isNull();
        long[] falling = {Integer.MAX_VALUE, Integer.MIN_VALUE};
        assertThat(new DeltaPages(Integer.BYTES, MOST_ROWS).encode(plain(falling, false), 2 * Integer.BYTES))
                .isNull();
    }

    @Test
    void readsWhatParquetJavaWrites() throws IOException {
        for (int round = 0; round < 300; round++) {
            int bits = random.nextInt(65);
            long[] values = random.longs(1 + random.nextInt(MOST_ROWS))
                    .map(value -> bits == 0 ? 7 : value >> Long.SIZE - bits)
                    .toArray();
            try (DeltaBinaryPackingValuesWriterForLong writer =
                    new DeltaBinaryPackingValuesWriterForLong(512, 1 << 20, new HeapByteBufferAllocator())) {
                Arrays.stream(values).forEach(writer::writeLong);
                byte[] bytes = writer.getBytes().toByteArray();
                assertThat(decoded(bytes, values.length))
                        .as("%s values of %s bits, %s", values.length, bits, seed)
                        .isEqualTo(values);
                byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                assertThatThrownBy(() -> decoded(damaged, values.length))
                        .as("the first %s of %s bytes, %s", damaged.length, bytes.length, seed)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    /** By parquet-java and by this project's reader. */
    private void assertReadAs(long[] values, byte[] bytes, boolean wide) throws IOException {
        DeltaBinaryPackingValuesReader reader = new DeltaBinaryPackingValuesReader();
        reader.initFromPage(values.length, ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes)));
        for (int i = 0; i < values.length; i++) {
            assertThat(wide ? reader.readLong() : reader.readInteger())
                    .as("value %s of %s, %s", i, values.length, seed)
                    .isEqualTo(values[i]);
        }
        assertThat(decoded(bytes, values.length)).as("%s", seed).isEqualTo(values);
    }

    /** Reads and skips by turns; what is skipped is read a second time from the start. */
    private long[] decoded(byte[] bytes, int count) {
        byte[] page = new byte[bytes.length + random.nextInt(12)];
        System.arraycopy(bytes, 0, page, 0, bytes.length);
        long[] values = new long[count];
        DeltaValues once = new DeltaValues();
        once.reset(page, 0, bytes.length, count);
        once.longs(values, 0, count);
        DeltaValues skipping = new DeltaValues();
        skipping.reset(page, 0, bytes.length, count);
        int at = 0;
        while (at < count) {
            int step = Math.min(count - at, 1 + random.nextInt(100));
            if (random.nextBoolean()) {
                skipping.skip(step);
            } else {
                skipping.longs(values, at, step);
            }
            at += step;
        }
        return values;
    }

    private static byte[] plain(long[] values, boolean wide) {
        ByteBuffer plain = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            if (wide) {
                plain.putLong(value);
            } else {
                plain.putInt((int) value);
            }
        }
        return plain.array();
    }

    private long[] rising(int count, int bits, boolean wide) {
        long[] values = new long[count];
        long value = wide ? random.nextLong() / 2 : random.nextInt() / 2;
        long step = random.nextInt(100) - 50L;
        for (int i = 0; i < count; i++) {
            values[i] = value;
            value += step + (random.nextLong() & (1L << bits) - 1);
        }
        return values;
    }
}
