package io.nightshift.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;

/** Values of the rarer encodings, through parquet-java's own readers. */
final class LibraryValues extends PageValues {

    private static final int LARGEST_BLOCK = 1 << 16;

    private final ValuesReader reader;
    private final int limitOnLength;

    LibraryValues(
            Encoding encoding,
            ColumnDescriptor column,
            int valueCount,
            byte[] page,
            int from,
            int limit,
            int limitOnLength)
            throws IOException {
        this.limitOnLength = limitOnLength;
        checkLengths(encoding, valueCount, page, from, limit);
        this.reader = encoding.getValuesReader(column, ValuesType.VALUES);
        reader.initFromPage(valueCount, stream(page, from, limit));
    }

    private static ByteBufferInputStream stream(byte[] page, int from, int limit) {
        return ByteBufferInputStream.wrap(ByteBuffer.wrap(page, from, limit - from));
    }

    /** The delta readers allocate what the page says it holds, so that is compared with the header first. */
    private static void checkLengths(Encoding encoding, int valueCount, byte[] page, int from, int limit)
            throws IOException {
        if (encoding == Encoding.DELTA_LENGTH_BYTE_ARRAY) {
            checkDelta(valueCount, page, from, limit);
        } else if (encoding == Encoding.DELTA_BYTE_ARRAY) {
            checkDelta(valueCount, page, from, limit);
            ByteBufferInputStream prefixes = stream(page, from, limit);
            new DeltaBinaryPackingValuesReader().initFromPage(valueCount, prefixes);
            checkDelta(valueCount, page, from + (int) prefixes.position(), limit);
        }
    }

    private static void checkDelta(int valueCount, byte[] page, int from, int limit) {
        int[] at = {from};
        int block = varint(page, at, limit);
        int miniBlocks = varint(page, at, limit);
        int values = varint(page, at, limit);
        if (block <= 0 || block > LARGEST_BLOCK || miniBlocks <= 0 || miniBlocks > block || values < 0) {
            throw new IllegalArgumentException("delta blocks of " + block + " values in " + miniBlocks + " parts");
        }
        if (values > valueCount) {
            throw new IllegalArgumentException("a page of " + valueCount + " values holds " + values);
        }
    }

    private static int varint(byte[] page, int[] at, int limit) {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            if (at[0] >= limit) {
                throw new IllegalArgumentException("the page ends before its values");
            }
            int next = page[at[0]++];
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number of more than five bytes");
    }

    @Override
    void ints(int[] into, int from, int count) {
        for (int i = from; i < from + count; i++) {
            into[i] = reader.readInteger();
        }
    }

    @Override
    void longs(long[] into, int from, int count) {
        for (int i = from; i < from + count; i++) {
            into[i] = reader.readLong();
        }
    }

    @Override
    void floats(float[] into, int from, int count) {
        for (int i = from; i < from + count; i++) {
            into[i] = reader.readFloat();
        }
    }

    @Override
    void doubles(double[] into, int from, int count) {
        for (int i = from; i < from + count; i++) {
            into[i] = reader.readDouble();
        }
    }

    @Override
    void booleans(boolean[] into, int from, int count) {
        for (int i = from; i < from + count; i++) {
            into[i] = reader.readBoolean();
        }
    }

    @Override
    void nextBytes() {
        bytes = reader.readBytes().getBytesUnsafe();
        start = 0;
        length = bytes.length;
        if (length > limitOnLength) {
            throw new StringTooLong(length, limitOnLength);
        }
    }

    @Override
    void skip(int count) {
        reader.skip(count);
    }
}
