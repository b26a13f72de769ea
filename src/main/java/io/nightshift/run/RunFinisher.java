package io.nightshift.run;

import io.nightshift.aggregate.AggregateTable;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunRecord;
import io.nightshift.read.Plan;
import io.nightshift.write.FinishedFile;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ends a run whose partitions are all committed: the counts must add up, the partitions' aggregates are one, and everything
 * is published at once. Whatever fails before the publishing transaction commits leaves nothing in sight and may be repeated.
 */
final class RunFinisher {

    private final Ledgers ledgers;
    private final ChunkCommitter chunks;
    private final RunPublisher publisher;

    RunFinisher(Ledgers ledgers, ChunkCommitter chunks, RunPublisher publisher) {
        this.ledgers = ledgers;
        this.chunks = chunks;
        this.publisher = publisher;
    }

    void finish(Attempt attempt) {
        Failpoint.ALL_SCORED.pass();
        RunRecord run = attempt.run();
        Plan plan = attempt.frozenPlan();
        RowCounts rows = balanced(run, plan);
        Map<Integer, PartitionState> states = ledgers.chunks().partitionStates(run.id());
        List<AggregateTable> aggregates =
                attempt.aggregates().whole(attempt::committedAggregates).results();
        ResultTables tables = attempt.workplace().tables();
        if (tables != null) {
            chunks.completeTables(tables);
        }
        ResultFiles files = attempt.workplace().files();
        if (files != null) {
            completeFiles(attempt, files, states, aggregates);
        }
        publisher.publishNew(attempt, aggregates, rows);
    }

    /** Promise 1: the counts of a run whose partitions are all committed. @throws NightshiftException LEDGER_UNBALANCED */
    RowCounts balanced(RunRecord run, Plan plan) {
        RowCounts committed = ledgers.chunks().committedRows(run.id());
        RowCounts rows = committed.plus(RowCounts.pruned(plan.prunedRows()));
        long planned = IntStream.range(0, plan.partitions().size())
                .mapToLong(plan::chunkCount)
                .sum();
        long committedChunks = ledgers.chunks().committedChunks(run.id());
        if (!rows.balanced() || rows.read() != plan.totalRows() || committedChunks != planned) {
            throw new NightshiftException(
                    FailureCode.LEDGER_UNBALANCED,
                    "the ledger does not balance: " + rows + " for " + plan.totalRows() + " rows of the input, "
                            + committedChunks + " of " + planned + " chunks");
        }
        return rows;
    }

    /** What a partition left as files; of a state whose files are in place. */
    static PartitionFiles.Finished finished(PartitionState state) {
        return JsonMapper.shared().readValue(String.valueOf(state.files()), PartitionFiles.Finished.class);
    }

    private static void completeFiles(
            Attempt attempt, ResultFiles files, Map<Integer, PartitionState> states, List<AggregateTable> aggregates) {
        List<PartitionFiles.Finished> partitions =
                states.values().stream().map(RunFinisher::finished).toList();
        if (attempt.workplace().tables() == null) {
            files.requireUniqueKeys(attempt.workplace().schemas(), partitions);
        }
        List<FinishedFile> all = new ArrayList<>();
        partitions.forEach(partition -> all.addAll(partition.files()));
        aggregates.forEach(table -> all.add(files.writeAggregate("", table.name(), table.rows())));
        files.completeManifest(attempt.job().name().value(), all);
    }
}
