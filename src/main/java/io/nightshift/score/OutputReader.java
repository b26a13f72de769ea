package io.nightshift.score;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectReason;
import io.nightshift.feature.RejectedRows;
import io.nightshift.registry.ModelSignature.Output;
import io.nightshift.registry.ModelSignature.Range;

/** Copies one output tensor into its columns and holds it to its contract. Belongs to one worker; not thread-safe. */
final class OutputReader {

    private final Output output;
    private final int firstColumn;
    private final TensorElements elements;
    private final Dictionary labels;
    private final double min;
    private final double max;

    /** @param firstColumn the position of its first column among all outputs' columns */
    OutputReader(Output output, int firstColumn, int batchRows) {
        this.output = output;
        this.firstColumn = firstColumn;
        this.elements = TensorElements.of(output.type(), Math.multiplyExact(batchRows, output.width()));
        this.labels = Dictionary.ofStrings(output.labels());
        Range range = output.range();
        boolean wholeClass = !output.labels().isEmpty() && !output.type().fractional();
        double least = wholeClass ? 0 : -Double.MAX_VALUE;
        double largest = wholeClass ? output.labels().size() - 1 : Double.MAX_VALUE;
        this.min = range == null ? least : Math.max(least, range.min());
        this.max = range == null ? largest : Math.min(largest, range.max());
    }

    /** How many columns it fills. */
    int columns() {
        return output.columns().size() + (output.probability() == null ? 0 : 1);
    }

    /**
     * Fills its columns for all rows; rows whose elements break the contract are rejected.
     *
     * @throws IllegalStateException where the tensor as a whole is not what the signature says
     */
    void read(NDList tensors, int rows, RecordBatch target, RejectedRows rejected) {
        NDArray tensor = find(tensors);
        int width = output.width();
        if (!tensor.getDataType().equals(EngineSession.dataType(output.type()))) {
            throw new IllegalStateException("the output '" + output.tensor() + "' is of type " + tensor.getDataType()
                    + ", the signature says " + output.type());
        }
        Shape shape = tensor.getShape();
        if (shape.dimension() < 1 || shape.get(0) != rows || size(shape) != (long) rows * width) {
            throw new IllegalStateException("the output '" + output.tensor() + "' has the shape " + shape + " for "
                    + rows + " rows of " + width);
        }
        elements.load(tensor.toByteBuffer(), rows * width);
        if (!elements.within(min, max, rows * width)) {
            reject(rows, width, rejected);
        }
        if (output.labels().isEmpty()) {
            for (int element = 0; element < width; element++) {
                elements.copy(element, width, rows, target.column(firstColumn + element));
            }
        } else {
            label(rows, width, target);
        }
    }

    /** The shape's own size is made by a stream, which is felt where a batch takes microseconds. */
    private static long size(Shape shape) {
        long size = 1;
        for (int dimension = 0; dimension < shape.dimension(); dimension++) {
            size *= shape.get(dimension);
        }
        return size;
    }

    private NDArray find(NDList tensors) {
        for (NDArray tensor : tensors) {
            if (output.tensor().equals(tensor.getName())) {
                return tensor;
            }
        }
        throw new IllegalStateException("the model gave no output '" + output.tensor() + "'");
    }

    private void reject(int rows, int width, RejectedRows rejected) {
        for (int i = 0; i < rows * width; i++) {
            double value = elements.at(i);
            if (value >= min && value <= max) {
                continue;
            }
            boolean finite = Double.isFinite(value);
            rejected.add(
                    i / width,
                    finite ? RejectReason.OUTPUT_OUT_OF_RANGE : RejectReason.OUTPUT_NOT_FINITE,
                    column(i % width),
                    elements.text(i),
                    "the model's output '" + output.tensor() + "' must be "
                            + (output.range() == null && finite
                                    ? "a class number from 0 to " + (long) max
                                    : output.range() == null
                                            ? "a finite number"
                                            : "a finite number in " + output.range()));
        }
    }

    private String column(int element) {
        return output.columns().get(Math.min(element, output.columns().size() - 1));
    }

    /** Chooses the class; a rejected row's is unused, so any will do for it. */
    private void label(int rows, int width, RecordBatch target) {
        BytesColumn column = (BytesColumn) target.column(firstColumn);
        column.dictionary(labels);
        int[] ids = column.ids();
        for (int row = 0; row < rows; row++) {
            ids[row] = width > 1 || output.type().fractional() ? largest(row, width) : wholeClass(row);
        }
        if (output.probability() != null) {
            Column probability = target.column(firstColumn + 1);
            for (int row = 0; row < rows; row++) {
                set(probability, row, elements.at(row * width + ids[row]));
            }
        }
    }

    private static void set(Column probability, int row, double value) {
        if (probability instanceof FloatColumn floats) {
            floats.values()[row] = (float) value;
        } else {
            ((DoubleColumn) probability).values()[row] = value;
        }
    }

    private int wholeClass(int row) {
        double value = elements.at(row);
        return value >= 0 && value < labels.size() ? (int) value : 0;
    }

    /** The first of the largest elements. */
    private int largest(int row, int width) {
        int best = 0;
        for (int element = 1; element < width; element++) {
            if (elements.at(row * width + element) > elements.at(row * width + best)) {
                best = element;
            }
        }
        return best;
    }
}
