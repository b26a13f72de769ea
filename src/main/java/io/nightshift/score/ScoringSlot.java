package io.nightshift.score;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;

/**
 * Where one scored batch's outputs and rejects lie until its slot is used again. A worker that keeps several scored batches
 * at once (those of a chunk) has a slot for each. Made by {@link BatchScorer#newSlot}; not thread-safe.
 */
public final class ScoringSlot {

    private final RecordBatch outputs;
    private RecordBatch rejects;

    ScoringSlot(Schema outputSchema, Schema rejectSchema, int batchRows) {
        this.outputs = new RecordBatch(outputSchema, batchRows);
        this.rejects = new RecordBatch(rejectSchema, 0);
    }

    RecordBatch outputs() {
        return outputs;
    }

    /** Room for rejected rows grows with them: most batches have none. */
    RecordBatch rejects(int rows) {
        if (rejects.capacity() < rows) {
            rejects = new RecordBatch(rejects.schema(), Math.min(outputs.capacity(), Integer.highestOneBit(rows) * 2));
        }
        return rejects;
    }
}
