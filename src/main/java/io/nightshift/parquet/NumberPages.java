package io.nightshift.parquet;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Pages of booleans and numbers: the arrays are copied whole, and of whole numbers that lie close together the differences stored. */
final class NumberPages extends ColumnPages {

    private final ColumnType.Layout layout;
    /** A long column whose values are stored in 32 bits: unsigned ints, milliseconds of a day. */
    private final boolean narrowed;
    /** Flips the sign bit of unsigned values, so that signed comparison orders them. */
    private final long bias;

    private final byte[] bytes;
    private final ByteBuffer page;
    private int booleans;
    private long leastLong;
    private long greatestLong;
    private double leastDouble;
    private double greatestDouble;
    private boolean notANumber;
    private final @Nullable DeltaPages deltas;
    private boolean delta;

    NumberPages(ColumnDescriptor descriptor, ColumnType type) {
        super(descriptor);
        layout = type.layout();
        int width =
                switch (type().getPrimitiveTypeName()) {
                    case BOOLEAN -> 1;
                    case INT32, FLOAT -> Integer.BYTES;
                    default -> Long.BYTES;
                };
        narrowed = layout == ColumnType.Layout.LONG && width == Integer.BYTES;
        bias = type.kind() == ColumnType.Kind.UINT64 ? Long.MIN_VALUE : 0;
        deltas = whole() ? new DeltaPages(width, PAGE_ROWS) : null;
        bytes = new byte[PAGE_ROWS * width];
        page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        beginPage();
    }

    private boolean whole() {
        return layout == ColumnType.Layout.INT || layout == ColumnType.Layout.LONG;
    }

    @Override
    void beginChunk() {}

    @Override
    int add(Column column, int from, int to) {
        switch (layout) {
            case BOOLEAN -> addBooleans(((BooleanColumn) column).values(), from, to);
            case INT -> addInts(((IntColumn) column).values(), from, to);
            case LONG -> addLongs(((LongColumn) column).values(), from, to);
            case FLOAT -> addFloats(((FloatColumn) column).values(), from, to);
            case DOUBLE -> addDoubles(((DoubleColumn) column).values(), from, to);
            case BYTES -> throw new IllegalArgumentException("not a number: " + column.type());
        }
        return to;
    }

    private void addBooleans(boolean[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            int bit = values[i] ? 1 : 0;
            bytes[booleans >> 3] |= (byte) (bit << (booleans & 7));
            booleans++;
            leastLong = Math.min(leastLong, bit);
            greatestLong = Math.max(greatestLong, bit);
        }
    }

    private void addInts(int[] values, int from, int to) {
        page.asIntBuffer().put(values, from, to - from);
        page.position(page.position() + (to - from) * Integer.BYTES);
        int least = values[from];
        int greatest = least;
        for (int i = from; i < to; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        leastLong = Math.min(leastLong, least);
        greatestLong = Math.max(greatestLong, greatest);
    }

    private void addLongs(long[] values, int from, int to) {
        if (narrowed) {
            for (int i = from; i < to; i++) {
                page.putInt((int) values[i]);
            }
        } else {
            page.asLongBuffer().put(values, from, to - from);
            page.position(page.position() + (to - from) * Long.BYTES);
        }
        long least = values[from] ^ bias;
        long greatest = least;
        for (int i = from; i < to; i++) {
            least = Math.min(least, values[i] ^ bias);
            greatest = Math.max(greatest, values[i] ^ bias);
        }
        leastLong = Math.min(leastLong, least);
        greatestLong = Math.max(greatestLong, greatest);
    }

    private void addFloats(float[] values, int from, int to) {
        page.asFloatBuffer().put(values, from, to - from);
        page.position(page.position() + (to - from) * Float.BYTES);
        float least = (float) leastDouble;
        float greatest = (float) greatestDouble;
        boolean nan = false;
        for (int i = from; i < to; i++) {
            float value = values[i];
            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
            nan |= Float.isNaN(value);
        }
        leastDouble = least;
        greatestDouble = greatest;
        notANumber |= nan;
    }

    private void addDoubles(double[] values, int from, int to) {
        page.asDoubleBuffer().put(values, from, to - from);
        page.position(page.position() + (to - from) * Double.BYTES);
        for (int i = from; i < to; i++) {
            double value = values[i];
            leastDouble = value < leastDouble ? value : leastDouble;
            greatestDouble = value > greatestDouble ? value : greatestDouble;
            notANumber |= Double.isNaN(value);
        }
    }

    @Override
    int pageBytes() {
        return layout == ColumnType.Layout.BOOLEAN ? (booleans + 7) / Byte.SIZE : page.position();
    }

    @Override
    BytesInput encode() {
        BytesInput differences = deltas == null ? null : deltas.encode(bytes, pageBytes());
        delta = differences != null;
        return differences == null ? BytesInput.from(bytes, 0, pageBytes()) : differences;
    }

    @Override
    Encoding encoding() {
        return delta ? Encoding.DELTA_BINARY_PACKED : Encoding.PLAIN;
    }

    @Override
    boolean fill(Statistics<?> statistics) {
        switch (type().getPrimitiveTypeName()) {
            case BOOLEAN -> {
                statistics.updateStats(leastLong == 1);
                statistics.updateStats(greatestLong == 1);
            }
            case INT32 -> {
                statistics.updateStats((int) leastLong);
                statistics.updateStats((int) greatestLong);
            }
            case INT64 -> {
                statistics.updateStats(leastLong ^ bias);
                statistics.updateStats(greatestLong ^ bias);
            }
            case FLOAT -> {
                statistics.updateStats((float) leastDouble);
                statistics.updateStats((float) greatestDouble);
            }
            default -> {
                statistics.updateStats(leastDouble);
                statistics.updateStats(greatestDouble);
            }
        }
        return !notANumber;
    }

    @Override
    void beginPage() {
        if (layout == ColumnType.Layout.BOOLEAN) {
            Arrays.fill(bytes, 0, (booleans + 7) / Byte.SIZE, (byte) 0);
            booleans = 0;
        }
        page.clear();
        leastLong = Long.MAX_VALUE;
        greatestLong = Long.MIN_VALUE;
        leastDouble = Double.POSITIVE_INFINITY;
        greatestDouble = Double.NEGATIVE_INFINITY;
        notANumber = false;
    }
}
