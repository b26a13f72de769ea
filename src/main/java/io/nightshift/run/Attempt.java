package io.nightshift.run;

import io.nightshift.aggregate.PartitionAggregates;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.read.Partition;
import io.nightshift.read.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a run, from its plan to its end: what the steps of the Spring Batch job delegate to. Plan and finish are
 * called by one thread; the workers in between share it read-only, but for its counters and the aggregates of partitions.
 */
final class Attempt implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final RunRecord run;
    private final JobDefinition job;
    private final RunControl control;
    private final AttemptParts parts;
    private final PhaseTimes phases = new PhaseTimes();
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private final long began = System.nanoTime();
    private @Nullable Workplace workplace;
    private @Nullable Plan plan;
    private Map<Integer, PartitionState> committed = Map.of();
    private @Nullable PartitionAggregates aggregates;
    private @Nullable RejectLimit rejectLimit;
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder pagesWithoutChecksum = new LongAdder();
    private double scoringSeconds;

    Attempt(RunRecord run, JobDefinition job, RunControl control, AttemptParts parts) {
        this.run = run;
        this.job = job;
        this.control = control;
        this.parts = parts;
    }

    RunRecord run() {
        return run;
    }

    JobDefinition job() {
        return job;
    }

    RunControl control() {
        return control;
    }

    PhaseTimes phases() {
        return phases;
    }

    /** How many workers there are at once; no more than have a partition. */
    int workers() {
        return Math.min(workplace().threads().workers(), openPartitions().size());
    }

    /**
     * How many predictors a worker has. A single range of a table is read by one connection, and its batches are scored by all scorers
     * there are; where there are more partitions, or files, each worker scores what it reads.
     */
    int scorersOfWorker() {
        List<Integer> open = openPartitions();
        boolean single = open.size() == 1 && frozenPlan().partitions().get(open.get(0)) instanceof Partition.OfTable;
        return single ? workplace().threads().scorers() : 1;
    }

    int batchesPerChunk() {
        return frozenPlan().batchesPerChunk();
    }

    /** Opens input, model and outputs, and freezes the plan, or checks that input and model are those of the plan. */
    void plan() {
        long begin = System.nanoTime();
        Workplace opened = parts.workplaces().open(run.id(), job);
        workplace = opened;
        Plan frozen = parts.plans().frozen(run, job, opened);
        plan = frozen;
        parts.chunks().prepare(opened);
        committed = parts.ledgers().chunks().partitionStates(run.id());
        aggregates = new PartitionAggregates(
                opened.aggregation(), frozen.partitions().size());
        // What this version cannot go on from is refused before anything is cleared.
        committed.keySet().forEach(this::goOnFrom);
        parts.chunks().clearLeftovers(run, opened, frozen, committed);
        control.planned(openPartitions().stream()
                .mapToLong(number -> frozen.partitions().get(number).rows())
                .sum());
        // With files a partition is scored again from its start, and its rejects are seen again.
        long before = opened.files() == null
                ? parts.ledgers().chunks().committedRows(run.id()).rejected()
                : 0;
        rejectLimit = new RejectLimit(job.rejects(), frozen.totalRows(), before);
        heedStop();
        double modelLoad = opened.model().loadNanos() / 1e9;
        metrics.put("plan_seconds", seconds(begin) - modelLoad);
        metrics.put("model_load_seconds", modelLoad);
    }

    /** A short run would be scored before the lease's keeper looks for a stop that came while the plan was made. */
    private void heedStop() {
        RunState state = parts.retry()
                .call("look for a stop", () -> parts.ledgers().runs().get(run.id()))
                .state();
        if (state == RunState.STOPPING) {
            control.requestStop("a stop was asked for");
        }
    }

    /** Numbers of the partitions with work left, in plan order. */
    List<Integer> openPartitions() {
        return IntStream.range(0, frozenPlan().partitions().size())
                .filter(number -> !complete(number))
                .boxed()
                .toList();
    }

    private boolean complete(int partition) {
        PartitionState state = committed.get(partition);
        return state != null
                && state.nextChunk() == frozenPlan().chunkCount(partition)
                && (workplace().files() == null || state.files() != null);
    }

    Worker newWorker() {
        return new Worker(this, parts);
    }

    @Nullable
    PartitionState committed(int partition) {
        return committed.get(partition);
    }

    private void goOnFrom(int partition) {
        byte[] stored = requireAggregates(partition);
        if (complete(partition)) {
            aggregates().add(partition, stored);
        } else {
            workplace().aggregation().requireReadable(stored);
        }
    }

    /** The aggregate state that a partition with committed chunks was committed with. */
    byte[] requireAggregates(int partition) {
        return parts.retry().call("read a partition's aggregates", () -> parts.ledgers()
                .chunks()
                .requireAggregates(run.id(), partition));
    }

    /** The aggregate state that a partition was committed with; there is none without rows. */
    Optional<byte[]> committedAggregates(int partition) {
        return parts.retry().call("read a partition's aggregates", () -> parts.ledgers()
                .chunks()
                .aggregates(run.id(), partition));
    }

    PartitionAggregates aggregates() {
        return java.util.Objects.requireNonNull(aggregates);
    }

    RejectLimit rejectLimit() {
        return java.util.Objects.requireNonNull(rejectLimit);
    }

    void partitionMeasured(int partition, Map<String, Double> measured) {
        parts.retry().run("record what a partition took", () -> parts.ledgers()
                .details()
                .partitionMetrics(run, partition, measured));
    }

    void inputRead(long bytes, long withoutChecksum) {
        bytesRead.add(bytes);
        pagesWithoutChecksum.add(withoutChecksum);
    }

    void scoringEnded() {
        scoringSeconds = control.scoringSeconds();
        metrics.put("scoring_seconds", scoringSeconds);
    }

    /** Balances the ledger, merges the aggregates, publishes and completes the run. */
    void finish() {
        long begin = System.nanoTime();
        parts.finisher().finish(this);
        metrics.put("finish_seconds", seconds(begin));
    }

    /** Records what the attempt measured. */
    void recordMetrics() {
        double seconds = seconds(began);
        metrics.putAll(phases.metrics());
        metrics.put("phase_wait_seconds", Math.max(0, scoringSeconds * threadsAtWork() - phases.seconds()));
        metrics.put("seconds", seconds);
        metrics.put("rows_scored", (double) control.rowsDone());
        metrics.put("rows_per_second", control.rowsDone() / seconds);
        metrics.put("bytes_read", (double) bytesRead.sum());
        metrics.put("pages_without_checksum", (double) pagesWithoutChecksum.sum());
        metrics.put("threads", workplace == null ? 0.0 : workplace.threads().scorers());
        metrics.put("workers", (double) threadsAtWork());
        metrics.putAll(ProcessMemory.metrics());
        parts.retry().run("record what the attempt took", () -> parts.ledgers()
                .details()
                .metrics(run, metrics));
    }

    /** Threads whose time the phases add up. */
    private int threadsAtWork() {
        return plan == null ? 0 : workers() * scorersOfWorker();
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    Workplace workplace() {
        if (workplace == null) {
            throw new IllegalStateException("the attempt has no plan yet");
        }
        return workplace;
    }

    Plan frozenPlan() {
        if (plan == null) {
            throw new IllegalStateException("the attempt has no plan yet");
        }
        return plan;
    }

    /** Gives up what is staged and not committed: on a full disk, nobody can use the room it takes. */
    @Override
    public void close() {
        if (workplace == null) {
            return;
        }
        workplace.close();
        if (workplace.files() != null) {
            try {
                workplace.files().clearStaging();
            } catch (NightshiftException e) {
                LOG.warn("run={} staged files are left for the next attempt: {}", run.id(), e.getMessage());
            }
        }
    }
}
