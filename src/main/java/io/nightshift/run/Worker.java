package io.nightshift.run;

import io.nightshift.data.RecordBatch;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.score.BatchScorer;
import io.nightshift.score.ScoringSlot;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker thread keeps from partition to partition: a predictor, and room for the batches of a chunk. Where it alone has work, it
 * also has the predictors and the room of the others.
 */
final class Worker implements AutoCloseable {

    /** A record batch and the place for what scoring makes of it. */
    record Slot(RecordBatch batch, ScoringSlot scoring) {}

    private final Attempt attempt;
    private final AttemptParts parts;
    private final List<BatchScorer> scorers = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();

    Worker(Attempt attempt, AttemptParts parts) {
        this.attempt = attempt;
        this.parts = parts;
        scorers.add(newScorer());
    }

    private BatchScorer newScorer() {
        return attempt.workplace()
                .model()
                .newScorer(
                        attempt.workplace().dataSet().schema(),
                        attempt.job().key(),
                        attempt.job().compute().batchRows());
    }

    /** The worker's own predictor, and the others where it has several; made when it is first asked for. */
    BatchScorer scorer(int index) {
        while (scorers.size() <= index) {
            scorers.add(newScorer());
        }
        return scorers.get(index);
    }

    long featureNanos() {
        return scorers.stream().mapToLong(BatchScorer::featureNanos).sum();
    }

    long scoreNanos() {
        return scorers.stream().mapToLong(BatchScorer::scoreNanos).sum();
    }

    /** The n-th slot; made when there are first so many batches at once. By one thread only. */
    Slot slot(int index) {
        while (slots.size() <= index) {
            slots.add(new Slot(
                    new RecordBatch(
                            attempt.workplace().dataSet().schema(),
                            attempt.job().compute().batchRows()),
                    scorers.get(0).newSlot()));
        }
        return slots.get(index);
    }

    PartitionTask open(int partition) {
        return new PartitionTask(attempt, this, parts, partition);
    }

    /** The batches of a partition from a chunk on. */
    BatchLine line(int partition, int fromChunk) {
        Plan plan = attempt.frozenPlan();
        PartitionReader reader =
                attempt.workplace().dataSet().open(plan, plan.partitions().get(partition), fromChunk);
        int scorers = attempt.scorersOfWorker();
        return scorers == 1
                ? new BatchesInTurn(this, partition, reader)
                : new BatchesAhead(this, partition, reader, scorers, scorers * plan.batchesPerChunk());
    }

    @Override
    public void close() {
        scorers.forEach(BatchScorer::close);
    }
}
