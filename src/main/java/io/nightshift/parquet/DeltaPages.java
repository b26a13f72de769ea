package io.nightshift.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.jspecify.annotations.Nullable;

/**
 * Pages of whole numbers as their differences (DELTA_BINARY_PACKED), which makes rising keys a few bits each. Chosen for a page
 * whose differences all fit into a quarter of the plain width; others compress better as they are.
 */
final class DeltaPages {

    private static final int SLAB_BYTES = 1024;

    private final boolean wide;
    private final ValuesWriter writer;

    /**
     * @param width bytes of a plain value, 4 or 8
     * @param mostRows of a page
     */
    DeltaPages(int width, int mostRows) {
        this.wide = width == Long.BYTES;
        int largest = mostRows * width;
        this.writer = wide
                ? new DeltaBinaryPackingValuesWriterForLong(SLAB_BYTES, largest, new HeapByteBufferAllocator())
                : new DeltaBinaryPackingValuesWriterForInteger(SLAB_BYTES, largest, new HeapByteBufferAllocator());
    }

    /** A page's plain values as differences, valid until the next call; null where that does not pay. */
    @Nullable
    BytesInput encode(byte[] plain, int length) {
        ByteBuffer values = ByteBuffer.wrap(plain, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        if (length == 0 || bits(values, length) > (wide ? Long.SIZE : Integer.SIZE) / 4) {
            return null;
        }
        writer.reset();
        for (int at = 0; at < length; at += wide ? Long.BYTES : Integer.BYTES) {
            if (wide) {
                writer.writeLong(values.getLong(at));
            } else {
                writer.writeInteger(values.getInt(at));
            }
        }
        return writer.getBytes();
    }

    /** The bits of the range of all differences; more than any limit where one overflows. */
    private int bits(ByteBuffer values, int length) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        boolean overflow = false;
        long previous = wide ? values.getLong(0) : values.getInt(0);
        for (int at = 0; at < length; at += wide ? Long.BYTES : Integer.BYTES) {
            long value = wide ? values.getLong(at) : values.getInt(at);
            long difference = value - previous;
            overflow |= ((value ^ previous) & (value ^ difference)) < 0;
            least = Math.min(least, difference);
            greatest = Math.max(greatest, difference);
            previous = value;
        }
        long range = greatest - least;
        return overflow || range < 0 ? Long.SIZE + 1 : Long.SIZE - Long.numberOfLeadingZeros(range);
    }
}
