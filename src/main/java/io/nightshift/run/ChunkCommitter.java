package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.ChunkLedger.ChunkCounts;
import io.nightshift.ledger.ChunkLedger.PartitionState;
import io.nightshift.ledger.RunRecord;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Commits results and ledger together: a chunk in the transaction that Spring Batch holds for it, files in their own. */
final class ChunkCommitter {

    private final Ledgers ledgers;
    private final DataSource results;
    private final TransactionTemplate transactions;

    ChunkCommitter(Ledgers ledgers, DataSource results, TransactionTemplate transactions) {
        this.ledgers = ledgers;
        this.results = results;
        this.transactions = transactions;
    }

    /** Makes the result tables and clears what dead attempts left of files. */
    void prepare(Workplace workplace) {
        ResultTables tables = workplace.tables();
        if (tables != null) {
            onItsOwn(tables::prepare);
        }
        if (workplace.files() != null) {
            workplace.files().clearStaging();
        }
    }

    /** Proves that no key of the run's tables occurs twice. @throws NightshiftException DUPLICATE_KEY */
    void completeTables(ResultTables tables) {
        onItsOwn(tables::complete);
    }

    private void onItsOwn(Consumer<Connection> work) {
        try (Connection connection = results.getConnection()) {
            work.accept(connection);
        } catch (SQLException e) {
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED, "the result database cannot be reached: " + e.getMessage(), e);
        }
    }

    /** Writes a chunk's rows in the open transaction, then its ledger row. */
    void commitChunk(
            RunRecord run,
            ResultTables tables,
            int partition,
            List<? extends ScoredBatch> chunk,
            ChunkCounts counts,
            byte[] aggregates) {
        Connection connection = DataSourceUtils.getConnection(results);
        try {
            tables.insert(connection, partition, chunk);
        } finally {
            DataSourceUtils.releaseConnection(connection, results);
        }
        Failpoint.CHUNK_WRITTEN.pass();
        ledgers.chunks()
                .commit(run, partition, List.of(counts), new PartitionState(counts.number() + 1, aggregates, null));
    }

    /** Commits a partition whose files are in place: the chunks that the ledger lacks, and the files. */
    void commitPartition(
            RunRecord run,
            int partition,
            List<ChunkCounts> open,
            int chunks,
            byte[] aggregates,
            PartitionFiles.Finished files) {
        String json = JsonMapper.shared().writeValueAsString(files);
        transactions.executeWithoutResult(
                status -> ledgers.chunks().commit(run, partition, open, new PartitionState(chunks, aggregates, json)));
        Failpoint.PARTITION_COMMITTED.pass();
    }
}
