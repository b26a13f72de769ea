package io.nightshift.run;

import io.nightshift.aggregate.AggregateState;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.ChunkLedger.RejectedChunk;
import io.nightshift.ledger.RunRecord;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.score.BatchScorer;
import io.nightshift.score.ScoringSlot;
import io.nightshift.write.KeptRejects;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.RedrivenFiles;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scores the rejected rows of partitions again. A batch with a reject is read and scored whole, as it was the first time, since the
 * bits of a row's outputs depend on the size of its batch; of the outcome the rejected rows alone are kept. Holds one batch.
 */
final class RedriveWorker implements AutoCloseable {

    private final RunRecord run;
    private final RunControl control;
    private final Workplace workplace;
    private final Plan plan;
    private final Runnable sign;
    private final BatchScorer scorer;
    private final ScoringSlot slot;
    private final RecordBatch batch;
    private final int[] selected;
    private final long[] selectedRows;
    private int count;

    /** @param sign is called at each batch, in the open transaction: there may be no statement for as long as no reject is met */
    RedriveWorker(RunRecord run, JobDefinition job, RunControl control, Workplace workplace, Plan plan, Runnable sign) {
        this.run = run;
        this.control = control;
        this.workplace = workplace;
        this.plan = plan;
        this.sign = sign;
        int batchRows = job.compute().batchRows();
        this.scorer = workplace.model().newScorer(workplace.dataSet().schema(), job.key(), batchRows);
        this.slot = scorer.newSlot();
        this.batch = new RecordBatch(workplace.dataSet().schema(), batchRows);
        this.selected = new int[batchRows];
        this.selectedRows = new long[batchRows];
    }

    /**
     * What became of a partition's rejects.
     *
     * @param recovered rows by chunk
     * @param state the partition's, with them
     * @param aggregates the partition's, with them
     */
    record Outcome(Map<RejectedChunk, Long> recovered, PartitionState state, byte[] aggregates) {}

    /**
     * Writes what becomes of a partition's rejects, in the open transaction.
     *
     * @param chunks those of the partition that have rejects, ascending
     * @param stored the partition's aggregate state
     * @return null where a stop was asked for
     */
    @Nullable
    Outcome score(
            Connection connection, int partition, List<RejectedChunk> chunks, PartitionState state, byte[] stored) {
        ResultFiles files = workplace.files();
        PartitionFiles.Finished before = files == null ? null : RunFinisher.finished(state);
        try (KeptRejects rejects = rejects(connection, partition, before);
                RedrivenFiles written =
                        files == null ? null : new RedrivenFiles(files, workplace.schemas(), partition, run.attempt());
                PartitionReader reader = workplace
                        .dataSet()
                        .open(
                                plan,
                                plan.partitions().get(partition),
                                chunks.get(0).number())) {
            AggregateState aggregates = workplace.aggregation().fromBytes(stored);
            Map<RejectedChunk, Long> recovered = new LinkedHashMap<>();
            for (RejectedChunk chunk : chunks) {
                recovered.put(chunk, 0L);
            }
            Totals totals = new Totals(chunks);
            while (reader.next(batch)) {
                if (control.winding()) {
                    return null;
                }
                sign.run();
                control.rowsDone(batch.rows() + (long) batch.filtered());
                long from = batch.firstRow();
                long to = from + batch.rows() + batch.filtered();
                if (rejects.row() >= to) {
                    continue;
                }
                RejectedChunk chunk = totals.chunkOf(plan, partition, from);
                select(rejects, partition, to);
                ScoredBatch scored = redriven(partition);
                write(connection, partition, from, to, scored);
                aggregates.add(scored);
                if (written != null) {
                    written.append(scored);
                }
                totals.found(chunk, count);
                recovered.merge(chunk, (long) scored.predicted(), Long::sum);
                Failpoint.REDRIVE_BATCH_WRITTEN.pass();
            }
            totals.requireAllFound(run, partition);
            String json = written == null || before == null
                    ? state.files()
                    : JsonMapper.shared().writeValueAsString(written.finish(before));
            return new Outcome(recovered, new PartitionState(state.nextChunk(), json), aggregates.toBytes());
        }
    }

    private KeptRejects rejects(Connection connection, int partition, PartitionFiles.@Nullable Finished before) {
        ResultTables tables = workplace.tables();
        if (tables != null) {
            return tables.keptRejects(connection, partition);
        }
        if (workplace.files() == null || before == null) {
            throw new IllegalStateException("a job without outputs");
        }
        return workplace.files().keptRejects(workplace.schemas(), before);
    }

    /** Finds the rows of the batch that were rejected, which must be the rows that they were. */
    private void select(KeptRejects rejects, int partition, long to) {
        count = 0;
        int row = 0;
        while (rejects.row() < to) {
            long number = rejects.row();
            while (row < batch.rows() && batch.rowNumber(row) < number) {
                row++;
            }
            if (row == batch.rows() || batch.rowNumber(row) != number) {
                throw changed(partition, number, "no longer meets the source's conditions");
            }
            String difference = rejects.difference(batch, row);
            if (difference != null) {
                throw changed(partition, number, "is another one: " + difference);
            }
            selectedRows[count] = number;
            selected[count++] = row;
            rejects.advance();
        }
    }

    private NightshiftException changed(int partition, long row, String difference) {
        return new NightshiftException(
                FailureCode.INPUT_CHANGED,
                "the rejected row " + row + " of partition " + partition + " " + difference
                        + "; a redrive finds rejected rows by their place and key. Of the input, only the other columns of"
                        + " rejected rows may change; start a new run to read it as it is now");
    }

    /** The batch scored whole, and of it the selected rows. */
    private ScoredBatch redriven(int partition) {
        ScoredBatch scored = scorer.score(batch, partition, slot);
        int[] kept = new int[Math.max(scored.predicted(), scored.rejected())];
        int predicted = 0;
        for (int row = 0; row < scored.predicted(); row++) {
            if (isSelected(scored.input().rowNumber(row))) {
                kept[predicted++] = row;
            }
        }
        scored.input().keep(kept, predicted);
        scored.outputs().keep(kept, predicted);
        RecordBatch rejects = scored.rejects();
        long[] rows = ((LongColumn) rejects.column(RejectColumns.ROW)).values();
        int rejected = 0;
        for (int row = 0; row < scored.rejected(); row++) {
            if (isSelected(rows[row])) {
                kept[rejected++] = row;
            }
        }
        rejects.keep(kept, rejected);
        return new ScoredBatch(scored.input(), scored.outputs(), rejects, 0);
    }

    private boolean isSelected(long row) {
        return Arrays.binarySearch(selectedRows, 0, count, row) >= 0;
    }

    private void write(Connection connection, int partition, long from, long to, ScoredBatch scored) {
        ResultTables tables = workplace.tables();
        if (tables == null) {
            return;
        }
        int removed = tables.removeRejects(connection, partition, from, to);
        if (removed != count) {
            throw new NightshiftException(
                    FailureCode.LEDGER_UNBALANCED,
                    "rows " + from + " to " + (to - 1) + " of partition " + partition + " had " + count
                            + " rejects and " + removed + " were removed");
        }
        tables.insert(connection, partition, List.of(scored));
    }

    @Override
    public void close() {
        scorer.close();
    }

    /** Rejects found, chunk by chunk, against what the ledger has. */
    private static final class Totals {

        private final List<RejectedChunk> chunks;
        private final long[] found;
        private int current;

        Totals(List<RejectedChunk> chunks) {
            this.chunks = chunks;
            this.found = new long[chunks.size()];
        }

        /** The chunk with rejects that holds a row; rows rise. */
        RejectedChunk chunkOf(Plan plan, int partition, long row) {
            while (current + 1 < chunks.size()
                    && row >= plan.firstRow(partition, chunks.get(current).number() + 1)) {
                current++;
            }
            return chunks.get(current);
        }

        void found(RejectedChunk chunk, int rows) {
            found[chunks.indexOf(chunk)] += rows;
        }

        void requireAllFound(RunRecord run, int partition) {
            for (int i = 0; i < found.length; i++) {
                if (found[i] != chunks.get(i).rejected()) {
                    throw new NightshiftException(
                            FailureCode.LEDGER_UNBALANCED,
                            "run " + run.id() + " has " + chunks.get(i).rejected() + " rejects in chunk "
                                    + chunks.get(i).number() + " of partition " + partition + " by its ledger, and "
                                    + found[i] + " are kept; somebody else changed them");
                }
            }
        }
    }
}
