package io.nightshift.feature;

import io.nightshift.onnx.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of one input tensor for a batch, row by row: filled feature by feature in a Java array, then copied at once
 * into the direct buffer that the engine reads. Belongs to one worker; not thread-safe.
 */
abstract class TensorStaging {

    final int width;
    private final ByteBuffer direct;

    private TensorStaging(TensorType type, int rows, int width) {
        this.width = width;
        this.direct = ByteBuffer.allocateDirect(Math.multiplyExact(Math.multiplyExact(rows, width), type.bytes()))
                .order(ByteOrder.nativeOrder());
    }

    static TensorStaging of(TensorType type, int rows, int width) {
        return switch (type) {
            case FLOAT32 -> new Floats(rows, width);
            case FLOAT64 -> new Doubles(rows, width);
            case INT64 -> new Longs(rows, width);
            case INT32 -> new Ints(rows, width);
            case BOOLEAN -> new Booleans(rows, width);
        };
    }

    /** The memory the engine reads. */
    ByteBuffer direct() {
        return direct;
    }

    /** Writes one element of every row; false where a value does not fit, which then holds anything. */
    abstract boolean store(double[] values, int rows, int element);

    /** The same for whole numbers, of which no bit is lost. */
    boolean storeWhole(long[] values, int rows, int element) {
        throw new UnsupportedOperationException("only tensors of whole numbers keep them whole");
    }

    /** Whether a value fits the tensor's type. */
    abstract boolean fits(double value);

    abstract void set(int row, int element, double value);

    /** Copies the rows into the direct buffer. */
    abstract void flush(int rows);

    final void zero(int row) {
        for (int element = 0; element < width; element++) {
            set(row, element, 0);
        }
    }

    private static final class Floats extends TensorStaging {

        private final float[] array;

        Floats(int rows, int width) {
            super(TensorType.FLOAT32, rows, width);
            array = new float[rows * width];
        }

        @Override
        boolean store(double[] values, int rows, int element) {
            boolean fit = true;
            for (int row = 0, at = element; row < rows; row++, at += width) {
                float value = (float) values[row];
                array[at] = value;
                fit &= Math.abs(value) <= Float.MAX_VALUE;
            }
            return fit;
        }

        @Override
        boolean fits(double value) {
            return Math.abs((float) value) <= Float.MAX_VALUE;
        }

        @Override
        void set(int row, int element, double value) {
            array[row * width + element] = (float) value;
        }

        @Override
        void flush(int rows) {
            direct().asFloatBuffer().put(array, 0, rows * width);
        }
    }

    private static final class Doubles extends TensorStaging {

        private final double[] array;

        Doubles(int rows, int width) {
            super(TensorType.FLOAT64, rows, width);
            array = new double[rows * width];
        }

        @Override
        boolean store(double[] values, int rows, int element) {
            boolean fit = true;
            for (int row = 0, at = element; row < rows; row++, at += width) {
                array[at] = values[row];
                fit &= Math.abs(values[row]) <= Double.MAX_VALUE;
            }
            return fit;
        }

        @Override
        boolean fits(double value) {
            return Double.isFinite(value);
        }

        @Override
        void set(int row, int element, double value) {
            array[row * width + element] = value;
        }

        @Override
        void flush(int rows) {
            direct().asDoubleBuffer().put(array, 0, rows * width);
        }
    }

    private static final class Longs extends TensorStaging {

        private final long[] array;

        Longs(int rows, int width) {
            super(TensorType.INT64, rows, width);
            array = new long[rows * width];
        }

        @Override
        boolean store(double[] values, int rows, int element) {
            boolean fit = true;
            for (int row = 0, at = element; row < rows; row++, at += width) {
                array[at] = (long) values[row];
                fit &= fits(values[row]);
            }
            return fit;
        }

        @Override
        boolean storeWhole(long[] values, int rows, int element) {
            for (int row = 0, at = element; row < rows; row++, at += width) {
                array[at] = values[row];
            }
            return true;
        }

        @Override
        boolean fits(double value) {
            return value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63;
        }

        @Override
        void set(int row, int element, double value) {
            array[row * width + element] = (long) value;
        }

        @Override
        void flush(int rows) {
            direct().asLongBuffer().put(array, 0, rows * width);
        }
    }

    private static final class Ints extends TensorStaging {

        private final int[] array;

        Ints(int rows, int width) {
            super(TensorType.INT32, rows, width);
            array = new int[rows * width];
        }

        @Override
        boolean store(double[] values, int rows, int element) {
            boolean fit = true;
            for (int row = 0, at = element; row < rows; row++, at += width) {
                array[at] = (int) values[row];
                fit &= array[at] == values[row];
            }
            return fit;
        }

        @Override
        boolean fits(double value) {
            return (int) value == value;
        }

        @Override
        void set(int row, int element, double value) {
            array[row * width + element] = (int) value;
        }

        @Override
        void flush(int rows) {
            direct().asIntBuffer().put(array, 0, rows * width);
        }
    }

    private static final class Booleans extends TensorStaging {

        private final byte[] array;

        Booleans(int rows, int width) {
            super(TensorType.BOOLEAN, rows, width);
            array = new byte[rows * width];
        }

        @Override
        boolean store(double[] values, int rows, int element) {
            boolean fit = true;
            for (int row = 0, at = element; row < rows; row++, at += width) {
                array[at] = (byte) values[row];
                fit &= fits(values[row]);
            }
            return fit;
        }

        @Override
        boolean fits(double value) {
            return value == 0 || value == 1;
        }

        @Override
        void set(int row, int element, double value) {
            array[row * width + element] = (byte) value;
        }

        @Override
        void flush(int rows) {
            direct().put(0, array, 0, rows * width);
        }
    }
}
