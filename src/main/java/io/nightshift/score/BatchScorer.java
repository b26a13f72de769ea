package io.nightshift.score;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import io.nightshift.data.Column;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.RejectReason;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.feature.FeatureCompiler;
import io.nightshift.feature.FeatureTensor;
import io.nightshift.feature.RejectedRows;
import io.nightshift.registry.ModelSignature.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores record batches of one schema with a loaded model. One per worker, closed by it; not thread-safe.
 *
 * <p>Every row of a batch is scored or rejected with a reason. A batch keeps its number of rows while it is scored, rejected
 * ones as zeros, so the bits of a row's outputs depend on the batch's size and the row alone.
 */
public final class BatchScorer implements AutoCloseable {

    private final LoadedModel model;
    private final Schema rejectSchema;
    private final int[] key;
    private final int batchRows;
    private final List<FeatureTensor> tensors;
    private final List<OutputReader> outputs = new ArrayList<>();
    private final RejectedRows rejected;
    private final EngineSession session;
    private long featureNanos;
    private long scoreNanos;

    BatchScorer(LoadedModel model, Schema input, List<String> key, int batchRows) {
        this.model = model;
        this.rejectSchema = RejectColumns.schema(input, key);
        this.key = key.stream().mapToInt(input::require).toArray();
        this.batchRows = batchRows;
        this.tensors = FeatureCompiler.compile(model.signature(), input, batchRows);
        int column = 0;
        for (Output output : model.signature().outputs()) {
            OutputReader reader = new OutputReader(output, column, batchRows);
            outputs.add(reader);
            column += reader.columns();
        }
        this.rejected = new RejectedRows(batchRows);
        this.session = model.newSession(tensors);
    }

    /** Room for one scored batch; a worker may hold as many as it likes. */
    public ScoringSlot newSlot() {
        return new ScoringSlot(model.outputSchema(), rejectSchema, batchRows);
    }

    /**
     * Scores a batch and takes its rejected rows out of it. Waits for its turn where as many batches are being scored as may be at once.
     *
     * @param batch of the scorer's schema, with at most its number of rows
     * @param partition the number of the batch's partition, for rejects and messages
     * @param slot holds the outputs and rejects until it is used again
     * @throws NightshiftException SCORING_FAILED where the engine fails, or its answer is not what the signature says; the
     *     batch is then unchanged
     */
    public ScoredBatch score(RecordBatch batch, int partition, ScoringSlot slot) {
        model.turns().acquireUninterruptibly();
        try {
            return scoreNow(batch, partition, slot);
        } finally {
            model.turns().release();
        }
    }

    private ScoredBatch scoreNow(RecordBatch batch, int partition, ScoringSlot slot) {
        long start = System.nanoTime();
        int rows = batch.rows();
        RecordBatch target = slot.outputs();
        target.clear(batch.firstRow());
        rejected.clear();
        if (rows > 0) {
            rejectNullKeys(batch);
            for (FeatureTensor tensor : tensors) {
                tensor.fill(batch, rejected);
            }
            for (FeatureTensor tensor : tensors) {
                tensor.flush(rows, rejected);
            }
            long filled = System.nanoTime();
            featureNanos += filled - start;
            run(batch, partition, target);
            scoreNanos += System.nanoTime() - filled;
        }
        target.rows(rows);
        RecordBatch rejects = slot.rejects(rejected.count());
        rejected.write(batch, key, partition, rejects);
        if (rejected.count() > 0) {
            int[] kept = rejected.kept(rows);
            int count = rows - rejected.count();
            batch.keep(kept, count);
            target.keep(kept, count);
        }
        return new ScoredBatch(batch, target, rejects, batch.filtered());
    }

    /** Nanoseconds spent so far on turning columns into tensors. */
    public long featureNanos() {
        return featureNanos;
    }

    /** Nanoseconds spent so far in the engine and on copying its outputs. */
    public long scoreNanos() {
        return scoreNanos;
    }

    private void rejectNullKeys(RecordBatch batch) {
        for (int position : key) {
            Column column = batch.column(position);
            if (column.nullCount() == 0) {
                continue;
            }
            String name = batch.schema().field(position).name();
            for (int row = 0; row < batch.rows(); row++) {
                if (column.isNull(row)) {
                    rejected.add(row, RejectReason.NULL_KEY, name, null, "a key column must have a value");
                }
            }
        }
    }

    private void run(RecordBatch batch, int partition, RecordBatch target) {
        int rows = batch.rows();
        try (NDList results = session.run(rows)) {
            for (OutputReader output : outputs) {
                output.read(results, rows, target, rejected);
            }
        } catch (EngineException | IllegalStateException e) {
            throw new NightshiftException(
                    FailureCode.SCORING_FAILED,
                    "the model '" + model.signature().name() + "' failed on rows " + batch.rowNumber(0) + " to "
                            + batch.rowNumber(rows - 1) + " of partition " + partition + " (" + rows + " rows): "
                            + OnnxEngine.rootMessage(e) + ". Nothing of the batch was kept",
                    e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
