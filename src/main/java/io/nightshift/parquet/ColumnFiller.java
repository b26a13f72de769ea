package io.nightshift.parquet;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Moves a page's values to rows of a column, converting them where the column is wider than the file. The rows' nulls are
 * set before; the values of the others lie close together in the page, so they are read close together and then moved
 * apart from the end.
 */
abstract class ColumnFiller {

    private static final long DAY_OF_EPOCH = 2_440_588;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Fills rows {@code from} to {@code from + count - 1}, of which {@code present} are not null. */
    abstract void fill(PageValues values, Column into, int from, int count, int present);

    /** The filler from a stored type to a column type that it widens to without loss. */
    static ColumnFiller of(PhysicalType stored, ColumnType source, ColumnType target, ParquetLimits limits) {
        return switch (target.layout()) {
            case BOOLEAN -> new Booleans();
            case INT -> new Ints();
            case FLOAT -> new Floats();
            case DOUBLE -> new Doubles(stored.kind(), source.kind() == ColumnType.Kind.UINT32);
            case LONG -> new Longs(longSource(stored, source), factor(source, target));
            case BYTES ->
                target.kind() == ColumnType.Kind.DECIMAL
                        ? new BigDecimals(
                                stored.kind(), BigInteger.TEN.pow(target.scale() - source.scale()), limits.batchBytes())
                        : new Strings(limits.batchBytes());
        };
    }

    private static LongSource longSource(PhysicalType stored, ColumnType source) {
        return switch (stored.kind()) {
            case INT32 -> source.kind() == ColumnType.Kind.UINT32 ? LongSource.UNSIGNED_INT : LongSource.INT;
            case INT64 -> LongSource.LONG;
            case INT96 -> LongSource.INT96;
            case BINARY, FIXED -> LongSource.BIG_ENDIAN;
            case BOOLEAN, FLOAT, DOUBLE -> throw new IllegalArgumentException(source + " stored as " + stored.kind());
        };
    }

    private static long factor(ColumnType source, ColumnType target) {
        if (target.kind() == ColumnType.Kind.DECIMAL) {
            return BigInteger.TEN.pow(target.scale() - source.scale()).longValueExact();
        }
        return target.unit() == source.unit()
                ? 1
                : target.unit().perSecond() / source.unit().perSecond();
    }

    private static final class Booleans extends ColumnFiller {

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            boolean[] array = ((BooleanColumn) into).values();
            values.booleans(array, from, present);
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                array[row] = !into.isNull(row) && array[--next];
            }
        }
    }

    private static final class Ints extends ColumnFiller {

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            int[] array = ((IntColumn) into).values();
            values.ints(array, from, present);
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                array[row] = into.isNull(row) ? 0 : array[--next];
            }
        }
    }

    private static final class Floats extends ColumnFiller {

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            float[] array = ((FloatColumn) into).values();
            values.floats(array, from, present);
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                array[row] = into.isNull(row) ? 0 : array[--next];
            }
        }
    }

    private static final class Doubles extends ColumnFiller {

        private final PhysicalType.Kind stored;
        private final boolean unsigned;
        private float[] floats = {};
        private int[] ints = {};

        Doubles(PhysicalType.Kind stored, boolean unsigned) {
            this.stored = stored;
            this.unsigned = unsigned;
        }

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            double[] array = ((DoubleColumn) into).values();
            read(values, array, from, present);
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                array[row] = into.isNull(row) ? 0 : array[--next];
            }
        }

        private void read(PageValues values, double[] array, int from, int count) {
            if (stored == PhysicalType.Kind.DOUBLE) {
                values.doubles(array, from, count);
            } else if (stored == PhysicalType.Kind.FLOAT) {
                floats = floats.length < count ? new float[count] : floats;
                values.floats(floats, 0, count);
                for (int i = 0; i < count; i++) {
                    array[from + i] = floats[i];
                }
            } else {
                ints = ints.length < count ? new int[count] : ints;
                values.ints(ints, 0, count);
                for (int i = 0; i < count; i++) {
                    array[from + i] = unsigned ? Integer.toUnsignedLong(ints[i]) : ints[i];
                }
            }
        }
    }

    private enum LongSource {
        INT,
        UNSIGNED_INT,
        LONG,
        INT96,
        BIG_ENDIAN
    }

    private static final class Longs extends ColumnFiller {

        private final LongSource source;
        private final long factor;
        private int[] ints = {};

        Longs(LongSource source, long factor) {
            this.source = source;
            this.factor = factor;
        }

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            long[] array = ((LongColumn) into).values();
            read(values, array, from, present);
            if (factor != 1) {
                for (int i = from; i < from + present; i++) {
                    array[i] = Math.multiplyExact(array[i], factor);
                }
            }
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                array[row] = into.isNull(row) ? 0 : array[--next];
            }
        }

        private void read(PageValues values, long[] array, int from, int count) {
            switch (source) {
                case LONG -> values.longs(array, from, count);
                case INT, UNSIGNED_INT -> readInts(values, array, from, count);
                case INT96 -> {
                    for (int i = from; i < from + count; i++) {
                        values.nextBytes();
                        array[i] = nanosOfInt96(values.bytes, values.start);
                    }
                }
                case BIG_ENDIAN -> {
                    for (int i = from; i < from + count; i++) {
                        values.nextBytes();
                        array[i] = bigEndian(values.bytes, values.start, values.length);
                    }
                }
            }
        }

        private void readInts(PageValues values, long[] array, int from, int count) {
            ints = ints.length < count ? new int[count] : ints;
            values.ints(ints, 0, count);
            long mask = source == LongSource.UNSIGNED_INT ? 0xffff_ffffL : -1;
            for (int i = 0; i < count; i++) {
                array[from + i] = ints[i] & mask;
            }
        }
    }

    private static long nanosOfInt96(byte[] bytes, int start) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanosOfDay = buffer.getLong(start);
        long day = buffer.getInt(start + Long.BYTES) - DAY_OF_EPOCH;
        return Math.addExact(Math.multiplyExact(day * SECONDS_PER_DAY, NANOS_PER_SECOND), nanosOfDay);
    }

    private static long bigEndian(byte[] bytes, int start, int length) {
        if (length == 0) {
            throw new IllegalArgumentException("a decimal of no bytes");
        }
        long value = bytes[start];
        for (int i = start + 1; i < start + length; i++) {
            // Bytes beyond eight may only repeat the sign.
            if (value != (value << 8) >> 8) {
                throw new ArithmeticException("a decimal that does not fit its precision");
            }
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private static final class Strings extends ColumnFiller {

        private final int largestBatch;

        Strings(int largestBatch) {
            this.largestBatch = largestBatch;
        }

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            BytesColumn column = (BytesColumn) into;
            if (values instanceof DictionaryValues entries && (from == 0 || column.dictionary() != null)) {
                if (from == 0) {
                    column.dictionary(entries.dictionary());
                } else if (column.dictionary() != entries.dictionary()) {
                    throw new IllegalStateException("a batch of two row groups");
                }
                fillIds(entries, column, from, count, present);
                return;
            }
            if (present == 0 && column.dictionary() != null) {
                java.util.Arrays.fill(column.ids(), from, from + count, 0);
                return;
            }
            toPlain(column, from);
            for (int row = from; row < from + count; row++) {
                if (column.isNull(row)) {
                    column.appendNull(row);
                } else {
                    values.nextBytes();
                    if (column.offsets()[row] > largestBatch - values.length) {
                        throw new StringTooLong((long) column.offsets()[row] + values.length, largestBatch);
                    }
                    column.append(row, values.bytes, values.start, values.length);
                }
            }
        }

        private void toPlain(BytesColumn column, int rows) {
            Dictionary dictionary = column.dictionary();
            if (dictionary != null) {
                long size = 0;
                for (int row = 0; row < rows; row++) {
                    size += column.isNull(row) ? 0 : dictionary.bytes(column.ids()[row]).length;
                }
                if (size > largestBatch) {
                    throw new StringTooLong(size, largestBatch);
                }
                column.toPlain(rows);
            }
        }

        private static void fillIds(DictionaryValues entries, BytesColumn column, int from, int count, int present) {
            int[] ids = column.ids();
            entries.ids(ids, from, present);
            int next = from + present;
            for (int row = from + count - 1; next <= row; row--) {
                ids[row] = column.isNull(row) ? 0 : ids[--next];
            }
        }
    }

    /** Decimals of more than 18 digits, which are rare enough to be made one object each where they are widened. */
    private static final class BigDecimals extends ColumnFiller {

        private final PhysicalType.Kind stored;
        private final BigInteger factor;
        private final Strings copy;
        private final int[] anInt = new int[1];
        private final long[] aLong = new long[1];

        BigDecimals(PhysicalType.Kind stored, BigInteger factor, int largestBatch) {
            this.stored = stored;
            this.factor = factor;
            this.copy = new Strings(largestBatch);
        }

        @Override
        void fill(PageValues values, Column into, int from, int count, int present) {
            boolean isBytes = stored == PhysicalType.Kind.BINARY || stored == PhysicalType.Kind.FIXED;
            if (isBytes && factor.equals(BigInteger.ONE)) {
                copy.fill(values, into, from, count, present);
                return;
            }
            BytesColumn column = (BytesColumn) into;
            for (int row = from; row < from + count; row++) {
                if (column.isNull(row)) {
                    column.appendNull(row);
                } else {
                    column.append(row, next(values).multiply(factor).toByteArray());
                }
            }
        }

        private BigInteger next(PageValues values) {
            if (stored == PhysicalType.Kind.INT32) {
                values.ints(anInt, 0, 1);
                return BigInteger.valueOf(anInt[0]);
            }
            if (stored == PhysicalType.Kind.INT64) {
                values.longs(aLong, 0, 1);
                return BigInteger.valueOf(aLong[0]);
            }
            values.nextBytes();
            return new BigInteger(values.bytes, values.start, values.length);
        }
    }
}
