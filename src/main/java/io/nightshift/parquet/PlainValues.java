package io.nightshift.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values as they are, little endian. */
final class PlainValues extends PageValues {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final PhysicalType type;
    private final int limitOnLength;
    private ByteBuffer view = ByteBuffer.allocate(0);
    private int position;
    private int limit;
    private int bit;

    PlainValues(PhysicalType type, int limitOnLength) {
        this.type = type;
        this.limitOnLength = limitOnLength;
    }

    void reset(byte[] page, int from, int limit) {
        if (bytes != page) {
            bytes = page;
            view = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        }
        this.position = from;
        this.limit = limit;
        this.bit = 0;
    }

    @Override
    void ints(int[] into, int from, int count) {
        int at = take(count, Integer.BYTES);
        view.position(at).limit(position);
        view.asIntBuffer().get(into, from, count);
        view.clear();
    }

    @Override
    void longs(long[] into, int from, int count) {
        int at = take(count, Long.BYTES);
        view.position(at).limit(position);
        view.asLongBuffer().get(into, from, count);
        view.clear();
    }

    @Override
    void floats(float[] into, int from, int count) {
        int at = take(count, Float.BYTES);
        view.position(at).limit(position);
        view.asFloatBuffer().get(into, from, count);
        view.clear();
    }

    @Override
    void doubles(double[] into, int from, int count) {
        int at = take(count, Double.BYTES);
        view.position(at).limit(position);
        view.asDoubleBuffer().get(into, from, count);
        view.clear();
    }

    @Override
    void booleans(boolean[] into, int from, int count) {
        if ((long) bit + count > (limit - position) * 8L) {
            throw ended();
        }
        for (int i = 0; i < count; i++, bit++) {
            into[from + i] = (bytes[position + (bit >>> 3)] >>> (bit & 7) & 1) != 0;
        }
    }

    @Override
    void nextBytes() {
        if (type.fixedLength() > 0) {
            length = type.fixedLength();
            start = take(1, length);
            return;
        }
        int at = take(1, Integer.BYTES);
        length = (int) INT.get(bytes, at);
        if (length > limitOnLength) {
            throw new StringTooLong(length, limitOnLength);
        }
        start = take(1, length);
    }

    @Override
    void skip(int count) {
        if (type.kind() == PhysicalType.Kind.BOOLEAN) {
            bit += count;
        } else if (type.fixedLength() > 0) {
            take(count, type.fixedLength());
        } else {
            for (int i = 0; i < count; i++) {
                nextBytes();
            }
        }
    }

    @Override
    void end() {
        int used = position + (bit + 7 >>> 3);
        if (used != limit) {
            throw new IllegalArgumentException((limit - used) + " bytes follow the page's last value");
        }
    }

    private int take(int count, int size) {
        long end = position + (long) count * size;
        if (size < 0 || end > limit) {
            throw ended();
        }
        int at = position;
        position = (int) end;
        return at;
    }

    private static IllegalArgumentException ended() {
        return new IllegalArgumentException("the page ends before its values");
    }
}
