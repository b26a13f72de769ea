package io.nightshift.feature;

import io.nightshift.data.Column;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectReason;
import io.nightshift.registry.Feature;
import io.nightshift.registry.Transform;

/** One feature, compiled for an input schema: fills its elements of a tensor's rows. Not thread-safe. */
final class FeatureColumn {

    private final Feature feature;
    private final int column;
    private final int element;
    private final ValueReader reader;
    private final NumberSteps steps;
    private final boolean whole;
    private final boolean oneHot;

    /**
     * @param column the position of its column in the input
     * @param element its first element in the tensor's row
     * @param whole whether values go to the tensor as whole numbers of 64 bits
     */
    FeatureColumn(Feature feature, int column, int element, ValueReader reader, boolean whole) {
        this.feature = feature;
        this.column = column;
        this.element = element;
        this.reader = reader;
        this.steps = new NumberSteps(feature.steps());
        this.oneHot = feature.reading() instanceof Transform.OneHot;
        this.whole = whole && reader.whole() && steps.isEmpty();
    }

    /** @param scratch space for a value of every row */
    void fill(RecordBatch batch, Scratch scratch, TensorStaging staging, RejectedRows rejected) {
        Column source = batch.column(column);
        int rows = batch.rows();
        boolean fit;
        if (whole) {
            long[] values = scratch.wholes;
            reader.readWhole(source, rows, values);
            replaceNulls(source, rows, values, rejected);
            fit = staging.storeWhole(values, rows, element);
        } else {
            double[] values = scratch.numbers;
            reader.read(source, rows, values);
            replaceNulls(source, rows, values, rejected);
            steps.apply(values, rows);
            fit = oneHot ? storeOneHot(values, rows, staging) : staging.store(values, rows, element);
        }
        if (!fit) {
            rejectUnfit(source, rows, scratch.numbers, staging, rejected);
        }
    }

    private void replaceNulls(Column source, int rows, double[] values, RejectedRows rejected) {
        if (source.nullCount() == 0) {
            return;
        }
        Double missing = feature.missing();
        double replacement = missing == null ? 0 : missing;
        for (int row = 0; row < rows; row++) {
            if (source.isNull(row)) {
                values[row] = replacement;
                if (missing == null) {
                    rejectMissing(row, rejected);
                }
            }
        }
    }

    private void replaceNulls(Column source, int rows, long[] values, RejectedRows rejected) {
        if (source.nullCount() == 0) {
            return;
        }
        Double missing = feature.missing();
        long replacement = missing == null ? 0 : missing.longValue();
        for (int row = 0; row < rows; row++) {
            if (source.isNull(row)) {
                values[row] = replacement;
                if (missing == null) {
                    rejectMissing(row, rejected);
                }
            }
        }
    }

    private void rejectMissing(int row, RejectedRows rejected) {
        rejected.add(
                row,
                RejectReason.MISSING_VALUE,
                feature.column(),
                null,
                subject() + " has no 'missing' value in the model's signature");
    }

    private String subject() {
        return "the feature " + feature.reading().name() + " of '" + feature.column() + "'";
    }

    /** A code below 0 stands for no entry at all. */
    private boolean storeOneHot(double[] codes, int rows, TensorStaging staging) {
        int width = feature.width();
        boolean fit = true;
        for (int row = 0; row < rows; row++) {
            for (int entry = 0; entry < width; entry++) {
                staging.set(row, element + entry, 0);
            }
            double code = codes[row];
            if (code >= 0) {
                staging.set(row, element + (int) code, 1);
            }
            fit &= !Double.isNaN(code);
        }
        return fit;
    }

    private void rejectUnfit(Column source, int rows, double[] values, TensorStaging staging, RejectedRows rejected) {
        Double missing = feature.missing();
        boolean nanForNull = missing != null && missing.isNaN();
        double[] read = steps.isEmpty() ? values : readAgain(source, rows);
        for (int row = 0; row < rows; row++) {
            boolean none = Double.isNaN(values[row]);
            boolean fits = oneHot ? !none : staging.fits(values[row]);
            // A null that stands for NaN is what the signature asks for.
            if (fits || (none && nanForNull && source.isNull(row))) {
                continue;
            }
            // Only what the reader itself has no number for is its to refuse; the rest came out of the steps.
            boolean unread = Double.isNaN(read[row]) && !source.isNull(row);
            rejected.add(
                    row,
                    unread ? reader.refusal() : RejectReason.INVALID_VALUE,
                    feature.column(),
                    source.text(row),
                    unread
                            ? reader.message(subject(), source.text(row))
                            : subject() + " is " + values[row] + "; allowed is " + ValueReader.FITTING_NUMBER);
        }
    }

    private double[] readAgain(Column source, int rows) {
        double[] read = new double[rows];
        reader.read(source, rows, read);
        return read;
    }

    /** Space for one value of every row, shared by all features of a worker. */
    static final class Scratch {

        final double[] numbers;
        final long[] wholes;

        Scratch(int rows) {
            numbers = new double[rows];
            wholes = new long[rows];
        }
    }
}
