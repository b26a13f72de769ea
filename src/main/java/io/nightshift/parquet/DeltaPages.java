package io.nightshift.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.jspecify.annotations.Nullable;

/**
 * Pages of whole numbers as their differences (DELTA_BINARY_PACKED), which makes rising keys a few bits each. Chosen for a page
 * whose differences all fit into a quarter of the plain width; others compress better as they are.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">the format</a>
 */
final class DeltaPages {

    /** Values of a block and its parts, as other writers have them. */
    private static final int BLOCK = 128;

    private static final int PARTS = 4;
    private static final int PART = BLOCK / PARTS;
    /** A block's least difference at its longest, and its widths. */
    private static final int BLOCK_HEADER_BYTES = 10 + PARTS;

    private static final int HEADER_BYTES = 32;

    private final int width;
    private final long[] wide = new long[BLOCK];
    private final int[] differences = new int[BLOCK];
    private final ByteBuffer out;

    /**
     * @param width bytes of a plain value, 4 or 8
     * @param mostRows of a page
     */
    DeltaPages(int width, int mostRows) {
        this.width = width;
        int blocks = mostRows / BLOCK + 1;
        this.out = ByteBuffer.allocate(HEADER_BYTES + blocks * (BLOCK_HEADER_BYTES + BLOCK * width / 4));
    }

    /** A page's plain values as differences, valid until the next call; null where that does not pay. */
    @Nullable
    BytesInput encode(byte[] plain, int length) {
        ByteBuffer values = ByteBuffer.wrap(plain, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        if (length == 0 || bits(values, length) > width * Byte.SIZE / 4) {
            return null;
        }
        int count = length / width;
        out.clear();
        number(BLOCK);
        number(PARTS);
        number(count);
        zigzag(value(values, 0));
        for (int first = 1; first < count; first += BLOCK) {
            block(values, first, Math.min(BLOCK, count - first));
        }
        return BytesInput.from(out.array(), 0, out.position());
    }

    private long value(ByteBuffer values, int index) {
        return width == Long.BYTES ? values.getLong(index * Long.BYTES) : values.getInt(index * Integer.BYTES);
    }

    private void block(ByteBuffer values, int first, int count) {
        long least = Long.MAX_VALUE;
        long previous = value(values, first - 1);
        for (int i = 0; i < count; i++) {
            long value = value(values, first + i);
            wide[i] = value - previous;
            least = Math.min(least, wide[i]);
            previous = value;
        }
        for (int i = 0; i < count; i++) {
            differences[i] = (int) (wide[i] - least);
        }
        Arrays.fill(differences, count, BLOCK, 0);
        zigzag(least);
        int widths = out.position();
        out.putInt(0);
        // Parts without a value have a width of nothing and no bytes.
        for (int part = 0; part * PART < count; part++) {
            int bits = widest(part * PART);
            out.put(widths + part, (byte) bits);
            BitPacking.pack(differences, part * PART, PART, bits, out);
        }
    }

    private int widest(int from) {
        int all = 0;
        for (int i = from; i < from + PART; i++) {
            all |= differences[i];
        }
        return Integer.SIZE - Integer.numberOfLeadingZeros(all);
    }

    private void zigzag(long value) {
        number(value << 1 ^ value >> 63);
    }

    private void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /** The bits of the range of all differences; more than any limit where one overflows. */
    private int bits(ByteBuffer values, int length) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        boolean overflow = false;
        long previous = value(values, 0);
        for (int i = 1; i < length / width; i++) {
            long value = value(values, i);
            long difference = value - previous;
            overflow |= ((value ^ previous) & (value ^ difference)) < 0;
            least = Math.min(least, difference);
            greatest = Math.max(greatest, difference);
            previous = value;
        }
        long range = length == width ? 0 : greatest - least;
        return overflow || range < 0 ? Long.SIZE + 1 : Long.SIZE - Long.numberOfLeadingZeros(range);
    }
}
