package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says which chunks of a run are committed. Lives in the result database: {@link #commit} runs in the transaction that
 * writes the chunk's rows, so that both are there or neither, and it checks the fencing token there. A chunk is committed
 * at most once, by its primary key. Thread-safe; each thread works in its own transaction.
 */
public final class ChunkLedger {

    private final JdbcClient jdbc;
    private final Clock clock;

    ChunkLedger(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Raises the run's fence: attempts with an older token can no longer commit.
     *
     * @throws NightshiftException LEASE_LOST where it is higher already
     */
    public void raiseFence(RunRecord run) {
        int raised = jdbc.sql("update nightshift_fence set token = ? where run_id = ? and token <= ?")
                .params(run.token(), run.id().value(), run.token())
                .update();
        if (raised == 1) {
            return;
        }
        try {
            jdbc.sql("insert into nightshift_fence (run_id, token) values (?, ?)")
                    .params(run.id().value(), run.token())
                    .update();
        } catch (DuplicateKeyException higher) {
            throw lost(run, higher);
        }
    }

    /**
     * Begins the transaction that publishes the run's results: until it ends, nobody else publishes them or takes the run over. It
     * waits for an earlier try that nobody hears of any more and that is still under way.
     *
     * @return false where the results are published already, and nothing is to be done again
     * @throws NightshiftException LEASE_LOST where a newer attempt exists; the caller rolls back
     */
    public boolean beginPublishing(RunRecord run) {
        requireNewestToken(run);
        return !published(run.id());
    }

    /**
     * Records, in the transaction that publishes the run's results, that it does.
     *
     * @throws NightshiftException LEASE_LOST where a newer attempt exists or they are published already; the caller rolls back
     */
    public void publish(RunRecord run) {
        int published = jdbc.sql("update nightshift_fence set published = true where run_id = ? and token = ?"
                        + " and not published")
                .params(run.id().value(), run.token())
                .update();
        if (published == 0) {
            throw lost(run, null);
        }
    }

    /** Whether the run's results were published, whatever the record of runs says. */
    public boolean published(RunId id) {
        return published(id, "");
    }

    /** The same, having waited for a try to publish them that nobody hears of any more and that is still under way. */
    public boolean publishedAfterAll(RunId id) {
        return published(id, " for update");
    }

    private boolean published(RunId id, String lock) {
        return jdbc.sql("select published from nightshift_fence where run_id = ?" + lock)
                .param(id.value())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Whether a chunk is committed by the attempt with the run's token. */
    public boolean committed(RunRecord run, int partition, int chunk) {
        return jdbc.sql("select count(*) from nightshift_chunk where run_id = ? and partition_number = ?"
                                + " and chunk_number = ? and token = ?")
                        .params(run.id().value(), partition, chunk, run.token())
                        .query(Long.class)
                        .single()
                == 1;
    }

    /**
     * Commits chunks of a partition and its aggregate state up to the last of them, in the caller's transaction.
     *
     * @param chunks ascending chunk numbers with their counts
     * @param state the partition's state after the last of them
     * @param aggregates its aggregate state, as {@code aggregate} writes it
     * @throws NightshiftException LEASE_LOST where a newer attempt exists; the caller rolls back
     */
    public void commit(
            RunRecord run, int partition, List<ChunkCounts> chunks, PartitionState state, byte[] aggregates) {
        requireNewestToken(run);
        Timestamp now = Timestamp.from(clock.instant());
        for (ChunkCounts chunk : chunks) {
            jdbc.sql("""
                    insert into nightshift_chunk (run_id, partition_number, chunk_number, attempt, token, rows_read,
                        rows_predicted, rows_rejected, rows_filtered, committed_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                    .params(
                            run.id().value(),
                            partition,
                            chunk.number(),
                            run.attempt(),
                            run.token(),
                            chunk.rows().read(),
                            chunk.rows().predicted(),
                            chunk.rows().rejected(),
                            chunk.rows().filtered(),
                            now)
                    .update();
        }
        new KeyedRow("nightshift_partition_state")
                .key("run_id", run.id().value())
                .key("partition_number", partition)
                .value("next_chunk", state.nextChunk())
                .value("aggregate_state", aggregates)
                .value("files", state.files())
                .write(jdbc);
    }

    /** Removes a partition's chunks from one on. */
    public void remove(RunId id, int partition, int chunk) {
        jdbc.sql("delete from nightshift_chunk where run_id = ? and partition_number = ? and chunk_number >= ?")
                .params(id.value(), partition, chunk)
                .update();
    }

    /** Forgets the chunks and partitions of a run whose results are removed. */
    public void forget(RunId id) {
        for (String table : List.of("nightshift_chunk", "nightshift_partition_state")) {
            jdbc.sql("delete from " + table + " where run_id = ?")
                    .param(id.value())
                    .update();
        }
    }

    private void requireNewestToken(RunRecord run) {
        // A chunk takes it last before the ledger rows, so that the row is locked for the end of its transaction only.
        Long newest = jdbc.sql("select token from nightshift_fence where run_id = ? for update")
                .param(run.id().value())
                .query(Long.class)
                .optional()
                .orElse(null);
        if (newest == null || newest != run.token()) {
            throw lost(run, null);
        }
    }

    private static NightshiftException lost(RunRecord run, @Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.LEASE_LOST,
                "attempt " + run.attempt() + " of run " + run.id()
                        + " no longer holds the run: another process took it over"
                        + " or restarted it; what this attempt had not committed was rolled back",
                cause);
    }

    /** Records that the result files of a partition whose chunks are all committed are in place. */
    public void filesInPlace(RunRecord run, int partition, String files) {
        requireNewestToken(run);
        jdbc.sql("update nightshift_partition_state set files = ? where run_id = ? and partition_number = ?")
                .params(files, run.id().value(), partition)
                .update();
    }

    /** The chunks of a run that have rejects, in the order of their rows. */
    public List<RejectedChunk> rejectedChunks(RunId id) {
        return jdbc.sql("select partition_number, chunk_number, rows_rejected from nightshift_chunk"
                        + " where run_id = ? and rows_rejected > 0 order by partition_number, chunk_number")
                .param(id.value())
                .query((row, number) -> new RejectedChunk(row.getInt(1), row.getInt(2), row.getLong(3)))
                .list();
    }

    /**
     * Moves rows of a committed chunk from rejected to predicted, in the transaction that writes them.
     *
     * @throws NightshiftException LEDGER_UNBALANCED where the chunk has no longer as many rejects
     */
    public void recovered(RunRecord run, RejectedChunk chunk, long predicted) {
        int updated = jdbc.sql("update nightshift_chunk set rows_predicted = rows_predicted + ?,"
                        + " rows_rejected = rows_rejected - ?, attempt = ?, token = ?, committed_at = ?"
                        + " where run_id = ? and partition_number = ? and chunk_number = ? and rows_rejected = ?")
                .params(
                        predicted,
                        predicted,
                        run.attempt(),
                        run.token(),
                        Timestamp.from(clock.instant()),
                        run.id().value(),
                        chunk.partition(),
                        chunk.number(),
                        chunk.rejected())
                .update();
        if (updated != 1) {
            throw new NightshiftException(
                    FailureCode.LEDGER_UNBALANCED,
                    "chunk " + chunk.number() + " of partition " + chunk.partition() + " of run " + run.id()
                            + " no longer has the " + chunk.rejected() + " rejects that it had");
        }
    }

    /** Replaces the state of a partition whose chunks are all committed. @throws NightshiftException LEASE_LOST */
    public void replaceState(RunRecord run, int partition, PartitionState state, byte[] aggregates) {
        commit(run, partition, List.of(), state, aggregates);
    }

    /** The state of every partition with at least one committed chunk, by partition number. */
    public Map<Integer, PartitionState> partitionStates(RunId id) {
        Map<Integer, PartitionState> states = new TreeMap<>();
        jdbc.sql("select partition_number, next_chunk, files from nightshift_partition_state where run_id = ?")
                .param(id.value())
                .query((ResultSet row) -> {
                    states.put(row.getInt(1), new PartitionState(row.getInt(2), row.getString(3)));
                });
        return states;
    }

    /** A partition's aggregate state; there is none before its first committed chunk. */
    public Optional<byte[]> aggregates(RunId id, int partition) {
        return jdbc.sql(
                        "select aggregate_state from nightshift_partition_state where run_id = ? and partition_number = ?")
                .params(id.value(), partition)
                .query((row, number) -> row.getBytes(1))
                .optional();
    }

    /** The aggregate state of a partition that has a committed chunk. @throws IllegalStateException where it is missing */
    public byte[] requireAggregates(RunId id, int partition) {
        return aggregates(id, partition)
                .orElseThrow(() -> new IllegalStateException("the ledger has chunks of partition " + partition
                        + " of run " + id + ", but not its aggregates"));
    }

    /** The counts of all committed chunks of a run. */
    public RowCounts committedRows(RunId id) {
        return jdbc.sql("select coalesce(sum(rows_read), 0), coalesce(sum(rows_predicted), 0),"
                        + " coalesce(sum(rows_rejected), 0), coalesce(sum(rows_filtered), 0)"
                        + " from nightshift_chunk where run_id = ?")
                .param(id.value())
                .query((row, number) -> new RowCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .single();
    }

    /** How many chunks of a run are committed. */
    public long committedChunks(RunId id) {
        return jdbc.sql("select count(*) from nightshift_chunk where run_id = ?")
                .param(id.value())
                .query(Long.class)
                .single();
    }

    /** A chunk's number in its partition, and where its rows ended. */
    public record ChunkCounts(int number, RowCounts rows) {}

    /** A committed chunk with rejects, at least one. */
    public record RejectedChunk(int partition, int number, long rejected) {}

    /**
     * Where a partition stands.
     *
     * @param nextChunk first chunk that is not committed
     * @param files the partition's finished result files as JSON; null until they are in place
     */
    public record PartitionState(int nextChunk, @Nullable String files) {}
}
