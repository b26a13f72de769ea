package io.nightshift.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.jspecify.annotations.Nullable;

/**
 * Pages of whole numbers as their differences (DELTA_BINARY_PACKED), which makes rising keys a few bits each, and halves the times of
 * events that are about in their order. Chosen for a page that takes about half of its plain bytes or less; what takes more is left to
 * general compression.
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
    /** Bytes by which a page's first blocks may take more than their half: those after them may take less. */
    private static final int ADVANCE_BYTES = 1024;

    private final int width;
    private final int mostBits;
    private final long[] differences = new long[BLOCK];
    private final ByteBuffer out;

    /**
     * @param width bytes of a plain value, 4 or 8
     * @param mostRows of a page
     */
    DeltaPages(int width, int mostRows) {
        this.width = width;
        this.mostBits = Math.min(BitPacking.MOST_BITS, width * Byte.SIZE);
        this.out = ByteBuffer.allocate(
                HEADER_BYTES + ADVANCE_BYTES + mostRows * width / 2 + BLOCK_HEADER_BYTES + BLOCK * width);
    }

    /** A page's plain values as differences, valid until the next call; null where that does not pay. */
    @Nullable
    BytesInput encode(byte[] plain, int length) {
        if (length == 0) {
            return null;
        }
        ByteBuffer values = ByteBuffer.wrap(plain, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int count = length / width;
        out.clear();
        number(BLOCK);
        number(PARTS);
        number(count);
        zigzag(value(values, 0));
        for (int first = 1; first < count; first += BLOCK) {
            if (out.position() > ADVANCE_BYTES + first * width / 2
                    || !block(values, first, Math.min(BLOCK, count - first))) {
                return null;
            }
        }
        return out.position() > HEADER_BYTES + length / 2 ? null : BytesInput.from(out.array(), 0, out.position());
    }

    private long value(ByteBuffer values, int index) {
        return width == Long.BYTES ? values.getLong(index * Long.BYTES) : values.getInt(index * Integer.BYTES);
    }

    /** @return whether the differences fit into the type of the values, as readers may expect, and can be packed */
    private boolean block(ByteBuffer values, int first, int count) {
        long least = Long.MAX_VALUE;
        long previous = value(values, first - 1);
        for (int i = 0; i < count; i++) {
            long value = value(values, first + i);
            differences[i] = value - previous;
            least = Math.min(least, differences[i]);
            previous = value;
        }
        if (width == Integer.BYTES && least != (int) least) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            differences[i] -= least;
        }
        Arrays.fill(differences, count, BLOCK, 0);
        zigzag(least);
        int widths = out.position();
        out.putInt(0);
        // Parts without a value have a width of nothing and no bytes.
        for (int part = 0; part * PART < count; part++) {
            int bits = widest(part * PART);
            if (bits > mostBits) {
                return false;
            }
            out.put(widths + part, (byte) bits);
            BitPacking.pack(differences, part * PART, PART, bits, out);
        }
        return true;
    }

    private int widest(int from) {
        long all = 0;
        for (int i = from; i < from + PART; i++) {
            all |= differences[i];
        }
        return Long.SIZE - Long.numberOfLeadingZeros(all);
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
}
