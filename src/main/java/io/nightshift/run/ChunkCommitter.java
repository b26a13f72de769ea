package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.ChunkLedger.ChunkCounts;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.RunRecord;
import io.nightshift.read.Plan;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Commits results and ledger together, each chunk in one transaction of the result database. What a retry helps is tried again,
 * and where nobody knows whether a commit arrived, the ledger is asked.
 */
final class ChunkCommitter {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkCommitter.class);

    private static final int NO_CHUNK = -1;

    private final Ledgers ledgers;
    private final LedgerDatabase results;
    private final DatabaseRetry retry;

    ChunkCommitter(Ledgers ledgers, LedgerDatabase results, DatabaseRetry retry) {
        this.ledgers = ledgers;
        this.results = results;
        this.retry = retry;
    }

    /** Makes the result tables and clears what dead attempts left of files. */
    void prepare(Workplace workplace) {
        ResultTables tables = workplace.tables();
        if (tables != null) {
            retry.run("make the result tables", () -> onItsOwn(tables::prepare));
        }
        if (workplace.files() != null) {
            workplace.files().clearAllStaging();
        }
    }

    /** Proves that no key of the run's tables occurs twice. @throws NightshiftException DUPLICATE_KEY */
    void completeTables(ResultTables tables) {
        retry.run("check the keys", () -> {
            if (results.embedded()) {
                onItsOwn(tables::complete);
            } else {
                results.transactions().executeWithoutResult(status -> {
                    results.allowForPublishing();
                    results.onConnection(connection -> {
                        tables.complete(connection);
                        return true;
                    });
                });
            }
        });
    }

    private void onItsOwn(Consumer<Connection> work) {
        try (Connection connection = results.dataSource().getConnection()) {
            work.accept(connection);
        } catch (SQLException e) {
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED, "the result database cannot be reached: " + e.getMessage(), e);
        }
    }

    /**
     * Clears what a crash of the embedded database may have left of rows that are not committed. H2 can write a table's rows to the
     * file without the undo log of the same moment. Nobody sees them then, until a transaction gets the number of the one that was
     * interrupted: it takes them for its own, and may not insert them again. Only a transaction that reads what is not committed
     * finds them all.
     */
    void clearLeftovers(RunRecord run, Workplace workplace, Plan plan, Map<Integer, PartitionState> states) {
        ResultTables tables = workplace.tables();
        if (!results.embedded() || run.attempt() == 1) {
            return;
        }
        int[] next = new int[plan.partitions().size()];
        states.forEach((partition, state) -> next[partition] = state.nextChunk());
        results.transactions().executeWithoutResult(status -> {
            for (int partition = 0; partition < next.length; partition++) {
                ledgers.chunks().remove(run.id(), partition, next[partition]);
            }
        });
        if (tables != null) {
            TransactionTemplate seeing = new TransactionTemplate(results.transactionManager());
            seeing.setIsolationLevel(TransactionDefinition.ISOLATION_READ_UNCOMMITTED);
            seeing.executeWithoutResult(status -> results.onConnection(connection -> {
                for (int partition = 0; partition < next.length; partition++) {
                    tables.remove(connection, partition, plan.firstRow(partition, next[partition]));
                }
                tables.removeAggregates(connection);
                return true;
            }));
        }
    }

    /** Writes a chunk's rows and its ledger row. */
    void commitChunk(
            RunRecord run,
            ResultTables tables,
            int partition,
            List<? extends ScoredBatch> chunk,
            ChunkCounts counts,
            byte[] aggregates) {
        PartitionState state = new PartitionState(counts.number() + 1, null);
        commitOnce(run, partition, counts.number(), "commit a chunk", () -> {
            results.onConnection(connection -> {
                tables.insert(connection, partition, chunk);
                return true;
            });
            Failpoint.CHUNK_WRITTEN.pass();
            ledgers.chunks().commit(run, partition, List.of(counts), state, aggregates);
        });
    }

    /** Commits a partition whose files are in place: the chunks that the ledger lacks, and the files. */
    void commitPartition(
            RunRecord run,
            int partition,
            List<ChunkCounts> open,
            int chunks,
            byte[] aggregates,
            PartitionFiles.Finished files) {
        PartitionState state = new PartitionState(chunks, JsonMapper.shared().writeValueAsString(files));
        // Without chunks to commit, doing it twice changes nothing.
        int mark = open.isEmpty() ? NO_CHUNK : open.get(open.size() - 1).number();
        commitOnce(run, partition, mark, "commit a partition", () -> ledgers.chunks()
                .commit(run, partition, open, state, aggregates));
        Failpoint.PARTITION_COMMITTED.pass();
    }

    private void commitOnce(RunRecord run, int partition, int mark, String what, Runnable work) {
        AtomicBoolean tried = new AtomicBoolean();
        retry.run(what, () -> {
            boolean again = tried.getAndSet(true);
            if (again && arrived(run, partition, mark)) {
                return;
            }
            try {
                results.transactions().executeWithoutResult(status -> work.run());
            } catch (DuplicateKeyException e) {
                // The try before was still under way on the server, and has committed meanwhile.
                if (!again || !arrived(run, partition, mark)) {
                    throw e;
                }
            }
        });
    }

    private boolean arrived(RunRecord run, int partition, int mark) {
        boolean arrived = mark != NO_CHUNK && ledgers.chunks().committed(run, partition, mark);
        if (arrived) {
            LOG.info("run={} partition={} chunk={} was committed by the try before", run.id(), partition, mark);
        }
        return arrived;
    }
}
