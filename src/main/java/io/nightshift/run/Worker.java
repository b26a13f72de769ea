package io.nightshift.run;

import io.nightshift.data.RecordBatch;
import io.nightshift.score.BatchScorer;
import io.nightshift.score.ScoringSlot;
import java.util.ArrayList;
import java.util.List;

/** What one worker thread keeps from partition to partition: a predictor, and room for the batches of a chunk. */
final class Worker implements AutoCloseable {

    /** A record batch and the place for what scoring makes of it. */
    record Slot(RecordBatch batch, ScoringSlot scoring) {}

    private final Attempt attempt;
    private final AttemptParts parts;
    private final BatchScorer scorer;
    private final List<Slot> slots = new ArrayList<>();

    Worker(Attempt attempt, AttemptParts parts) {
        this.attempt = attempt;
        this.parts = parts;
        Workplace workplace = attempt.workplace();
        int batchRows = attempt.job().compute().batchRows();
        this.scorer = workplace
                .model()
                .newScorer(workplace.dataSet().schema(), attempt.job().key(), batchRows);
    }

    BatchScorer scorer() {
        return scorer;
    }

    /** The slot of a chunk's n-th batch; made when a chunk first has so many. */
    Slot slot(int index) {
        while (slots.size() <= index) {
            slots.add(new Slot(
                    new RecordBatch(
                            attempt.workplace().dataSet().schema(),
                            attempt.job().compute().batchRows()),
                    scorer.newSlot()));
        }
        return slots.get(index);
    }

    PartitionTask open(int partition) {
        return new PartitionTask(attempt, this, parts, partition);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
