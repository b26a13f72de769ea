package io.nightshift.feature;

import io.nightshift.data.RecordBatch;
import io.nightshift.onnx.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One input tensor of a model, filled from record batches of one schema. Its direct, native-order buffer stays the same
 * for its whole life, so an engine may keep a view of it. Belongs to one worker; not thread-safe.
 */
public final class FeatureTensor {

    private final String name;
    private final TensorType type;
    private final List<FeatureColumn> features;
    private final TensorStaging staging;
    private final FeatureColumn.Scratch scratch;

    FeatureTensor(
            String name,
            TensorType type,
            List<FeatureColumn> features,
            TensorStaging staging,
            FeatureColumn.Scratch scratch) {
        this.name = name;
        this.type = type;
        this.features = List.copyOf(features);
        this.staging = staging;
        this.scratch = scratch;
    }

    public String name() {
        return name;
    }

    public TensorType type() {
        return type;
    }

    /** Elements of one row. */
    public int width() {
        return staging.width;
    }

    /** Room for the largest batch, rows one after another. */
    public ByteBuffer buffer() {
        return staging.direct();
    }

    /** Computes the features of every row; rows that have none are rejected and hold anything. */
    public void fill(RecordBatch batch, RejectedRows rejected) {
        for (FeatureColumn feature : features) {
            feature.fill(batch, scratch, staging, rejected);
        }
    }

    /**
     * Copies the batch's rows into the buffer, rejected ones as zeros: a batch keeps its shape, so that the bits of its
     * other rows do not depend on them.
     */
    public void flush(int rows, RejectedRows rejected) {
        if (rejected.count() > 0) {
            for (int row = 0; row < rows; row++) {
                if (rejected.contains(row)) {
                    staging.zero(row);
                }
            }
        }
        staging.flush(rows);
    }
}
