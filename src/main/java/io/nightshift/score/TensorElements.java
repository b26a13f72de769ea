package io.nightshift.score;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.onnx.TensorType;
import java.nio.ByteBuffer;

/** The elements of an output tensor, row by row, in an array of their own type. Not thread-safe. */
abstract class TensorElements {

    private TensorElements() {}

    static TensorElements of(TensorType type, int capacity) {
        return switch (type) {
            case FLOAT32 -> new Floats(new float[capacity]);
            case FLOAT64 -> new Doubles(new double[capacity]);
            case INT64 -> new Longs(new long[capacity]);
            case INT32 -> new Ints(new int[capacity]);
            case BOOLEAN -> new Booleans(new byte[capacity]);
        };
    }

    abstract void load(ByteBuffer bytes, int count);

    abstract double at(int index);

    /** Copies one element of every row into a column. */
    abstract void copy(int element, int width, int rows, Column target);

    /** Whether all are numbers in a range, both ends included. */
    boolean within(double min, double max, int count) {
        boolean within = true;
        for (int i = 0; i < count; i++) {
            double value = at(i);
            within &= value >= min && value <= max;
        }
        return within;
    }

    /** The exact text of an element. */
    abstract String text(int index);

    private static final class Floats extends TensorElements {

        private final float[] array;

        Floats(float[] array) {
            this.array = array;
        }

        @Override
        void load(ByteBuffer bytes, int count) {
            bytes.asFloatBuffer().get(array, 0, count);
        }

        @Override
        double at(int index) {
            return array[index];
        }

        @Override
        boolean within(double min, double max, int count) {
            boolean within = true;
            for (int i = 0; i < count; i++) {
                within &= array[i] >= min && array[i] <= max;
            }
            return within;
        }

        @Override
        void copy(int element, int width, int rows, Column target) {
            float[] values = ((FloatColumn) target).values();
            for (int row = 0, at = element; row < rows; row++, at += width) {
                values[row] = array[at];
            }
        }

        @Override
        String text(int index) {
            return Float.toString(array[index]);
        }
    }

    private static final class Doubles extends TensorElements {

        private final double[] array;

        Doubles(double[] array) {
            this.array = array;
        }

        @Override
        void load(ByteBuffer bytes, int count) {
            bytes.asDoubleBuffer().get(array, 0, count);
        }

        @Override
        double at(int index) {
            return array[index];
        }

        @Override
        void copy(int element, int width, int rows, Column target) {
            double[] values = ((DoubleColumn) target).values();
            for (int row = 0, at = element; row < rows; row++, at += width) {
                values[row] = array[at];
            }
        }

        @Override
        String text(int index) {
            return Double.toString(array[index]);
        }
    }

    private static final class Longs extends TensorElements {

        private final long[] array;

        Longs(long[] array) {
            this.array = array;
        }

        @Override
        void load(ByteBuffer bytes, int count) {
            bytes.asLongBuffer().get(array, 0, count);
        }

        @Override
        double at(int index) {
            return array[index];
        }

        @Override
        void copy(int element, int width, int rows, Column target) {
            long[] values = ((LongColumn) target).values();
            for (int row = 0, at = element; row < rows; row++, at += width) {
                values[row] = array[at];
            }
        }

        @Override
        String text(int index) {
            return Long.toString(array[index]);
        }
    }

    private static final class Ints extends TensorElements {

        private final int[] array;

        Ints(int[] array) {
            this.array = array;
        }

        @Override
        void load(ByteBuffer bytes, int count) {
            bytes.asIntBuffer().get(array, 0, count);
        }

        @Override
        double at(int index) {
            return array[index];
        }

        @Override
        void copy(int element, int width, int rows, Column target) {
            int[] values = ((IntColumn) target).values();
            for (int row = 0, at = element; row < rows; row++, at += width) {
                values[row] = array[at];
            }
        }

        @Override
        String text(int index) {
            return Integer.toString(array[index]);
        }
    }

    private static final class Booleans extends TensorElements {

        private final byte[] array;

        Booleans(byte[] array) {
            this.array = array;
        }

        @Override
        void load(ByteBuffer bytes, int count) {
            bytes.get(array, 0, count);
        }

        @Override
        double at(int index) {
            return array[index];
        }

        @Override
        void copy(int element, int width, int rows, Column target) {
            boolean[] values = ((BooleanColumn) target).values();
            for (int row = 0, at = element; row < rows; row++, at += width) {
                values[row] = array[at] != 0;
            }
        }

        @Override
        String text(int index) {
            return Boolean.toString(array[index] != 0);
        }
    }
}
