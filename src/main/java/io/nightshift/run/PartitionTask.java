package io.nightshift.run;

import io.nightshift.aggregate.AggregateState;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.Failpoint;
import io.nightshift.ledger.ChunkLedger.ChunkCounts;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.RowCounts;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemReader;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * One partition in one attempt, as Spring Batch's reader, processor and writer. An item is a record batch; Batch asks for the
 * batches of a chunk, then for each as scored, and hands over the chunk to be written, which opens its own transaction.
 *
 * <p>With a table only, it begins at the first chunk that the ledger lacks, from the aggregate state saved there. With files
 * it begins at the partition's start, since a file is whole or nothing, and writes no table row that is committed already.
 */
final class PartitionTask
        implements ItemReader<BatchLine.Pending>,
                ItemProcessor<BatchLine.Pending, ScoredBatch>,
                ItemWriter<ScoredBatch>,
                AutoCloseable {

    private final Attempt attempt;
    private final Worker worker;
    private final AttemptParts parts;
    private final int partition;
    private final BatchLine line;
    private final @Nullable PartitionFiles files;
    private final AggregateState aggregates;
    private final int committedChunks;
    private final List<ChunkCounts> uncommitted = new ArrayList<>();
    private final PhaseTimes phases = new PhaseTimes();
    private final long began = System.nanoTime();
    private final long featureNanosBefore;
    private final long scoreNanosBefore;
    /** The aggregates as they were committed last. */
    private byte @Nullable [] committed;

    private int chunk;
    private RowCounts rows = RowCounts.NONE;

    PartitionTask(Attempt attempt, Worker worker, AttemptParts parts, int partition) {
        this.attempt = attempt;
        this.worker = worker;
        this.parts = parts;
        this.partition = partition;
        Workplace workplace = attempt.workplace();
        PartitionState state = attempt.committed(partition);
        this.committedChunks = state == null ? 0 : state.nextChunk();
        boolean fromStart = workplace.files() != null || state == null;
        this.chunk = fromStart ? 0 : committedChunks;
        this.committed = fromStart ? null : attempt.requireAggregates(partition);
        this.aggregates = committed == null
                ? workplace.aggregation().newState()
                : workplace.aggregation().fromBytes(committed);
        this.files = workplace.files() == null
                ? null
                : new PartitionFiles(workplace.files(), workplace.schemas(), partition);
        this.featureNanosBefore = worker.featureNanos();
        this.scoreNanosBefore = worker.scoreNanos();
        try {
            this.line = worker.line(partition, chunk);
        } catch (RuntimeException | Error e) {
            if (files != null) {
                files.close();
            }
            throw e;
        }
    }

    @Override
    public BatchLine.@Nullable Pending read() {
        return line.next();
    }

    @Override
    public ScoredBatch process(BatchLine.Pending batch) {
        ScoredBatch scored = batch.scored();
        attempt.control().rowsDone(scored.read());
        return scored;
    }

    @Override
    public void write(Chunk<? extends ScoredBatch> items) {
        List<? extends ScoredBatch> batches = items.getItems();
        long begin = System.nanoTime();
        batches.forEach(aggregates::add);
        long aggregated = System.nanoTime();
        phases.add(Phase.AGGREGATE, aggregated - begin);
        if (files != null) {
            batches.forEach(files::append);
        }
        long written = System.nanoTime();
        phases.add(Phase.WRITE, written - aggregated);
        ChunkCounts counts = new ChunkCounts(chunk, count(batches));
        rows = rows.plus(counts.rows());
        attempt.rejectLimit().check(counts.rows());
        ResultTables tables = attempt.workplace().tables();
        if (tables == null) {
            uncommitted.add(counts);
        } else if (chunk >= committedChunks) {
            byte[] bytes = aggregates.toBytes();
            parts.chunks().commitChunk(attempt.run(), tables, partition, batches, counts, bytes);
            committed = bytes;
        }
        phases.add(Phase.COMMIT, System.nanoTime() - written);
        chunk++;
        line.written();
    }

    private static RowCounts count(List<? extends ScoredBatch> batches) {
        RowCounts counts = RowCounts.NONE;
        for (ScoredBatch batch : batches) {
            counts = counts.plus(new RowCounts(batch.read(), batch.predicted(), batch.rejected(), batch.filtered()));
        }
        return counts;
    }

    /** After the last chunk: puts the partition's files in place and commits them, and hands over the aggregates. */
    void finish() {
        long begin = System.nanoTime();
        Failpoint.PARTITION_SCORED.pass();
        if (files != null) {
            PartitionFiles.Finished finished = files.finish();
            Failpoint.PARTITION_FILES_IN_PLACE.pass();
            phases.add(Phase.WRITE, System.nanoTime() - begin);
            begin = System.nanoTime();
            byte[] bytes = aggregates.toBytes();
            parts.chunks().commitPartition(attempt.run(), partition, uncommitted, chunk, bytes, finished);
            committed = bytes;
        }
        long end = System.nanoTime();
        phases.add(Phase.COMMIT, end - begin);
        if (committed != null) {
            attempt.aggregates().add(partition, committed);
        }
        phases.add(Phase.AGGREGATE, System.nanoTime() - end);
    }

    /** Closes the input, gives up files that are not finished, and hands over what was measured. */
    @Override
    public void close() {
        line.close();
        if (files != null) {
            files.close();
        }
        phases.add(Phase.READ, line.readNanos());
        phases.add(Phase.FEATURE, worker.featureNanos() - featureNanosBefore);
        phases.add(Phase.SCORE, worker.scoreNanos() - scoreNanosBefore);
        attempt.phases().add(phases);
        attempt.inputRead(line.bytesRead(), line.pagesWithoutChecksum());
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Double> metrics = new LinkedHashMap<>(phases.metrics());
        metrics.put("phase_wait_seconds", Math.max(0, seconds - phases.seconds()));
        metrics.put("seconds", seconds);
        metrics.put("rows_read", (double) rows.read());
        metrics.put("rows_predicted", (double) rows.predicted());
        metrics.put("rows_rejected", (double) rows.rejected());
        metrics.put("rows_filtered", (double) rows.filtered());
        metrics.put("rows_per_second", rows.read() / seconds);
        metrics.put("bytes_read", (double) line.bytesRead());
        metrics.put("pages_without_checksum", (double) line.pagesWithoutChecksum());
        attempt.partitionMeasured(partition, metrics);
    }
}
