package io.nightshift.write;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.jdbc.ResultTable;
import io.nightshift.jdbc.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The result tables of a job in one run: {@code <table>}, {@code <table>_rejects} and one for each aggregate. All work is done in the
 * transaction of the connection handed in. Thread-safe; each thread brings its own connection.
 */
public final class ResultTables {

    private final ResultSchemas schemas;
    private final ResultTable predictions;
    private final ResultTable rejects;
    private final Map<String, ResultTable> aggregates = new LinkedHashMap<>();
    private final List<String> mergeKey;
    private final UUID run;

    /** @param mergeKey by which publishing merges the predictions into those of other runs; none where readers see one run */
    public ResultTables(
            String table,
            List<String> mergeKey,
            ResultSchemas schemas,
            Map<String, Schema> aggregateSchemas,
            UUID run) {
        this.mergeKey = List.copyOf(mergeKey);
        this.schemas = schemas;
        this.run = run;
        TableName name = new TableName(table);
        this.predictions = new ResultTable(name, schemas.predictions(), schemas.key(), null, !mergeKey.isEmpty());
        this.rejects = new ResultTable(name.with("_rejects"), schemas.rejects(), List.of(), RejectColumns.ROW);
        aggregateSchemas.forEach((aggregate, schema) ->
                aggregates.put(aggregate, new ResultTable(name.with("_" + aggregate), schema, List.of(), null)));
    }

    /**
     * Makes what is missing.
     *
     * @param connection commits by itself
     * @throws NightshiftException SCHEMA_MISMATCH where an existing table does not fit
     */
    public void prepare(Connection connection) {
        doing(() -> {
            predictions.prepare(connection, run);
            rejects.prepare(connection, run);
            for (ResultTable table : aggregates.values()) {
                table.prepare(connection, run);
            }
        });
    }

    /** Inserts a chunk's predictions and rejects. @throws NightshiftException VALUE_UNSTORABLE */
    public void insert(Connection connection, int partition, List<? extends ScoredBatch> chunk) {
        doing(() -> {
            predictions.insert(
                    connection,
                    run,
                    partition,
                    chunk.stream().map(schemas::predictions).toList());
            rejects.insert(
                    connection,
                    run,
                    partition,
                    chunk.stream().map(ScoredBatch::rejects).toList());
        });
    }

    /** Removes a partition's predictions and rejects from a row on. Needs tables that find rows by their place, as in H2. */
    public void remove(Connection connection, int partition, long from) {
        doing(() -> {
            predictions.remove(connection, run, partition, from, Long.MAX_VALUE);
            rejects.remove(connection, run, partition, from, Long.MAX_VALUE);
        });
    }

    /** Removes the run's aggregates. */
    public void removeAggregates(Connection connection) {
        doing(() -> {
            for (ResultTable table : aggregates.values()) {
                table.delete(connection, run);
            }
        });
    }

    /**
     * Proves that no key of the run occurs twice. May be done again in the transaction of a redrive.
     *
     * @param connection commits by itself while the run is not complete
     * @throws NightshiftException DUPLICATE_KEY
     */
    public void complete(Connection connection) {
        doing(() -> predictions.complete(connection, run));
    }

    /** Prepares {@link #keptRejects} and {@link #removeRejects}, in the open transaction. */
    public void seekRejects(Connection connection) {
        doing(() -> rejects.seekable(connection, run));
    }

    /** The run's rejects of a partition; read through the connection as long as it is used. */
    public KeptRejects keptRejects(Connection connection, int partition) {
        return new KeptRejects(
                schemas.rejectPlaces(),
                (from, page) -> doing(() -> rejects.read(connection, run, partition, from, page)));
    }

    /** Removes the rejects from a row on and before another, and returns how many there were. */
    public int removeRejects(Connection connection, int partition, long from, long to) {
        int[] removed = new int[1];
        doing(() -> removed[0] = rejects.remove(connection, run, partition, from, to));
        return removed[0];
    }

    /** Replaces the run's rows of an aggregate. */
    public void aggregate(Connection connection, String name, RecordBatch rows) {
        ResultTable table = aggregates.get(name);
        if (table == null) {
            throw new IllegalArgumentException("no aggregate " + name);
        }
        doing(() -> {
            table.delete(connection, run);
            table.insert(connection, run, 0, List.of(rows));
        });
    }

    /** Merges what a redrive recovered into the current values, where they are kept and the run's are. In the open transaction. */
    public void mergeRecovered(Connection connection) {
        if (!mergeKey.isEmpty()) {
            doing(() -> predictions.mergeRecovered(connection, run));
        }
    }

    /** Makes the run the one that all views of the job show, and its values the current ones where they are merged. */
    public void publish(Connection connection) {
        doing(() -> {
            predictions.attach(connection, run);
            rejects.attach(connection, run);
            for (ResultTable table : aggregates.values()) {
                table.attach(connection, run);
            }
        });
        publish(connection, table(), mergeKey, List.copyOf(aggregates.keySet()), run);
    }

    /** The same for a run that is complete already. */
    public static void publish(
            Connection connection, String table, List<String> mergeKey, List<String> aggregates, UUID run) {
        TableName name = new TableName(table);
        doing(() -> {
            ResultTable.merge(connection, name, mergeKey, run);
            ResultTable.publish(connection, name, tables(table, aggregates), run);
        });
    }

    /**
     * Removes all of a run from the tables of a job. What is removed before a failure stays so; may be repeated until nothing is left.
     *
     * @param connection commits by itself
     */
    public static void drop(Connection connection, String table, List<String> aggregates, UUID run) {
        doing(() -> {
            for (TableName name : tables(table, aggregates)) {
                ResultTable.drop(connection, name, run);
            }
        });
    }

    private static List<TableName> tables(String table, List<String> aggregates) {
        TableName name = new TableName(table);
        List<TableName> tables = new ArrayList<>(List.of(name, name.with("_rejects")));
        aggregates.forEach(aggregate -> tables.add(name.with("_" + aggregate)));
        return tables;
    }

    public String table() {
        return predictions.name().name();
    }

    /** What readers see of a job's table. */
    public static String view(String table) {
        return ResultTable.view(new TableName(table)).name();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void doing(Work work) {
        try {
            work.run();
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            if (DatabaseFailure.diskFull(e)) {
                throw new NightshiftException(
                        FailureCode.DISK_FULL,
                        "the disk of the result database is full: " + message + DatabaseFailure.remedy(e),
                        e);
            }
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the result database refused (SQLSTATE " + e.getSQLState() + "): " + message
                            + DatabaseFailure.remedy(e),
                    e);
        }
    }
}
