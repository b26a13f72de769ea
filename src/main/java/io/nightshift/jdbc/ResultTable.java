package io.nightshift.jdbc;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A table of results: the rows of every run beside each other, and a view {@code <table>_current} of the published one's. A run's rows
 * are written as {@link #prepare}, {@link #insert} as often as there are chunks, {@link #complete}, {@link #attach}, and {@link #publish}.
 * All but the first and third work in the transaction of the connection handed in. Immutable.
 *
 * @param key columns that with the run name a row; none for tables whose rows need no name
 * @param position the INT64 column with a row's number in its partition; null where the batches number their rows
 */
public record ResultTable(
        TableName name,
        Schema schema,
        List<String> key,
        @Nullable String position) {

    public ResultTable {
        key = List.copyOf(key);
    }

    /**
     * Makes the table, its view and the room for a run's rows where they are missing, and commits. May be repeated.
     *
     * @param connection commits by itself
     * @throws NightshiftException SCHEMA_MISMATCH, with every difference, where a table of the name does not fit
     */
    public void prepare(Connection connection, UUID run) throws SQLException {
        ResultDatabase.requireDistinct(this);
        ResultDatabase.of(connection).prepare(connection, this, run);
    }

    public TableName view() {
        return name.with("_current");
    }

    /**
     * Inserts all rows of batches for a run. Whether a key occurs twice is seen by {@link #complete}.
     *
     * @throws NightshiftException VALUE_UNSTORABLE for a value that the database cannot keep; the caller rolls back
     */
    public void insert(Connection connection, UUID run, int partition, List<RecordBatch> batches) throws SQLException {
        if (batches.stream().anyMatch(batch -> batch.rows() > 0)) {
            ResultDatabase.of(connection).insert(connection, this, run, partition, batches);
        }
    }

    /**
     * Proves that no key of the run occurs twice, and commits. May be repeated.
     *
     * @param connection commits by itself
     * @throws NightshiftException DUPLICATE_KEY
     */
    public void complete(Connection connection, UUID run) throws SQLException {
        if (!key.isEmpty()) {
            ResultDatabase.of(connection).complete(connection, this, run);
        }
    }

    /** Puts a complete run's rows into the table, where they are not there yet. Moves no rows, keeps no reader waiting. */
    public void attach(Connection connection, UUID run) throws SQLException {
        ResultDatabase.of(connection).attach(connection, this, run);
    }

    /** Removes a run's rows from a run that is not attached yet. */
    public void delete(Connection connection, UUID run) throws SQLException {
        ResultDatabase.of(connection).delete(connection, this, run);
    }

    /** Makes a run the one that the table's view shows. */
    public static void publish(Connection connection, TableName name, UUID run) throws SQLException {
        if (publish(
                        connection,
                        "update nightshift_publication set run_id = ?, published_at = current_timestamp"
                                + " where table_name = ?",
                        name,
                        run)
                == 0) {
            publish(
                    connection,
                    "insert into nightshift_publication (run_id, table_name, published_at)"
                            + " values (?, ?, current_timestamp)",
                    name,
                    run);
        }
    }

    private static int publish(Connection connection, String sql, TableName name, UUID run) throws SQLException {
        try (PreparedStatement publish = connection.prepareStatement(sql)) {
            publish.setObject(1, run);
            publish.setString(2, name.name());
            return publish.executeUpdate();
        }
    }
}
