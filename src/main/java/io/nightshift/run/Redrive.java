package io.nightshift.run;

import io.nightshift.aggregate.AggregateTable;
import io.nightshift.aggregate.PartitionAggregates;
import io.nightshift.failure.Failpoint;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.ChunkLedger.RejectedChunk;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunRecord;
import io.nightshift.read.Plan;
import io.nightshift.write.FinishedFile;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt that scores a run's rejected rows again. {@link #commit} does in one transaction what changes the results:
 * recovered rows, rejects, chunk counts, aggregates, the run's counts; {@link #publish} then names the new files. One thread.
 */
final class Redrive implements AutoCloseable {

    /** In the time of a lease. */
    private static final int SIGNS = 3;

    private final RunRecord run;
    private final JobDefinition job;
    private final RunControl control;
    private final RedriveParts parts;
    private final Workplace workplace;
    private final Plan plan;
    private final Map<Integer, List<RejectedChunk>> rejected;
    private final boolean inputChanged;
    private final long began = System.nanoTime();
    private long lastSign = began;
    private String manifest = "";
    private boolean seen;
    private long again;
    private long recovered;

    /** Opens input and model, and checks as far as it can be seen now that both fit the run. */
    Redrive(RunRecord run, JobDefinition job, RunControl control, RedriveParts parts) {
        this.run = run;
        this.job = job;
        this.control = control;
        this.parts = parts;
        this.workplace = parts.attempt().workplaces().open(run.id(), job);
        try {
            this.plan = parts.attempt().plans().recorded(run, job);
            this.rejected = parts.ledgers().chunks().rejectedChunks(run.id()).stream()
                    .collect(Collectors.groupingBy(RejectedChunk::partition, TreeMap::new, Collectors.toList()));
            workplace.dataSet().requireSamePlaces(plan.partitions(), rejected.keySet());
            this.inputChanged = parts.attempt().plans().inputChanged(run, plan, workplace);
            parts.attempt().chunks().prepare(workplace);
            if (workplace.files() != null) {
                // What an earlier redrive left: the manifest that this one leaves must be the later one.
                parts.publisher().settleIfDue(run, workplace.files());
            }
            control.planned(rejected.entrySet().stream()
                    .mapToLong(entry ->
                            rowsToRead(entry.getKey(), entry.getValue().get(0).number()))
                    .sum());
        } catch (RuntimeException e) {
            workplace.close();
            throw e;
        }
    }

    private long rowsToRead(int partition, int chunk) {
        return plan.partitions().get(partition).rows() - plan.firstRow(partition, chunk);
    }

    /**
     * Does it all in one transaction.
     *
     * @return false where a stop was asked for: everything is rolled back
     */
    boolean commit(String who) {
        control.scoringStarts();
        boolean committed = Boolean.TRUE.equals(parts.results().transactions().execute(status -> {
            boolean whole = parts.results().onConnection(connection -> scored(connection) && finished(connection, who));
            if (!whole) {
                status.setRollbackOnly();
            }
            return whole;
        }));
        if (committed) {
            Failpoint.REDRIVE_COMMITTED.pass();
        }
        return committed;
    }

    private boolean scored(Connection connection) {
        if (workplace.tables() != null) {
            workplace.tables().seekRejects(connection);
        }
        Map<Integer, PartitionState> states = parts.ledgers().chunks().partitionStates(run.id());
        if (workplace.files() != null) {
            PartitionState any = states.values().iterator().next();
            workplace.files().requireSameColumns(workplace.schemas(), RunFinisher.finished(any));
        }
        try (RedriveWorker worker = new RedriveWorker(run, job, control, workplace, plan, this::giveSign)) {
            for (Map.Entry<Integer, List<RejectedChunk>> entry : rejected.entrySet()) {
                PartitionState state = Objects.requireNonNull(states.get(entry.getKey()));
                byte[] aggregates = parts.ledgers().chunks().requireAggregates(run.id(), entry.getKey());
                RedriveWorker.@Nullable Outcome outcome =
                        worker.score(connection, entry.getKey(), entry.getValue(), state, aggregates);
                if (outcome == null) {
                    return false;
                }
                outcome.recovered()
                        .forEach((chunk, rows) -> parts.ledgers().chunks().recovered(run, chunk, rows));
                parts.ledgers().chunks().replaceState(run, entry.getKey(), outcome.state(), outcome.aggregates());
                again += entry.getValue().stream()
                        .mapToLong(RejectedChunk::rejected)
                        .sum();
                recovered += outcome.recovered().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
            }
        }
        return true;
    }

    /**
     * Says that this process lives, on the connection of its transaction: the server ends one that is silent for the time of a lease,
     * as that of a frozen process is.
     */
    private void giveSign() {
        if (System.nanoTime() - lastSign > parts.ledgers().leases().duration().toNanos() / SIGNS) {
            parts.results().jdbc().sql("select 1").query(Integer.class).single();
            lastSign = System.nanoTime();
        }
    }

    private boolean finished(Connection connection, String who) {
        RowCounts rows = parts.attempt().finisher().balanced(run, plan);
        Map<Integer, PartitionState> states = parts.ledgers().chunks().partitionStates(run.id());
        List<AggregateTable> aggregates = new PartitionAggregates(
                        workplace.aggregation(), plan.partitions().size())
                .whole(partition -> parts.ledgers().chunks().aggregates(run.id(), partition))
                .results();
        ResultTables tables = workplace.tables();
        if (tables != null) {
            parts.results().allowForPublishing();
            tables.complete(connection);
            aggregates.forEach(table -> tables.aggregate(connection, table.name(), table.rows()));
            tables.mergeRecovered(connection);
        }
        if (workplace.files() != null) {
            completeFiles(workplace.files(), states, aggregates);
            Failpoint.REDRIVE_FILES_IN_PLACE.pass();
        }
        if (control.winding()) {
            return false;
        }
        String snapshot = Snapshot.redriven(run, workplace, inputChanged, again, recovered);
        parts.ledgers().details().snapshot(run.id(), snapshot);
        seen = parts.search().seenByReaders().contains(run.id());
        parts.publisher().redriven(run, workplace.files(), manifest, seen);
        parts.ledgers()
                .runs()
                .redriven(
                        run,
                        rows,
                        who,
                        recovered + " of " + again + " rejected rows recovered with the model "
                                + workplace.folder().path());
        Failpoint.REDRIVE_COMMITTING.pass();
        return true;
    }

    private void completeFiles(
            ResultFiles files, Map<Integer, PartitionState> states, List<AggregateTable> aggregates) {
        List<PartitionFiles.Finished> partitions =
                states.values().stream().map(RunFinisher::finished).toList();
        if (workplace.tables() == null && recovered > 0) {
            files.requireUniqueKeys(workplace.schemas(), partitions);
        }
        List<FinishedFile> all = new ArrayList<>();
        partitions.forEach(partition -> all.addAll(partition.files()));
        String under = ResultFiles.redrive(run.attempt());
        aggregates.forEach(table -> all.add(files.writeAggregate(under, table.name(), table.rows())));
        manifest = files.redrivenManifest(job.name().value(), all, run.attempt());
    }

    /** After the commit: readers of the files come to see what readers of the tables see. */
    void publish() {
        if (workplace.files() != null) {
            parts.publisher().publishRedriven(run, workplace.files(), manifest, seen);
        }
    }

    Map<String, Double> metrics() {
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rows_redriven", (double) again);
        metrics.put("rows_recovered", (double) recovered);
        metrics.put("rows_scored", (double) control.rowsDone());
        metrics.put("rows_per_second", control.rowsDone() / seconds);
        metrics.put("seconds", seconds);
        metrics.put("scoring_seconds", control.scoringSeconds());
        metrics.put("threads", 1.0);
        metrics.put("workers", 1.0);
        metrics.put("model_load_seconds", workplace.model().loadNanos() / 1e9);
        metrics.putAll(ProcessMemory.metrics());
        return metrics;
    }

    @Override
    public void close() {
        workplace.close();
    }
}
