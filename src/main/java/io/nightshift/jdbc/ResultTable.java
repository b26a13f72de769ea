package io.nightshift.jdbc;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A table of results: the rows of every run beside each other, and {@code <table>_current} for readers: a view of the published run's
 * rows, or a table of the last published row of each key, into which publishing merges ({@link CurrentTable}). A run's rows are written as {@link #prepare}, {@link #insert} as often as there are chunks, {@link #complete}, {@link #attach}, and {@link #publish}.
 * All but the first and third work in the transaction of the connection handed in. Immutable.
 *
 * @param key columns that with the run name a row; none for tables whose rows need no name
 * @param position the INT64 column with a row's number in its partition; null where the batches number their rows
 * @param merged whether {@code <table>_current} is a table
 */
public record ResultTable(
        TableName name,
        Schema schema,
        List<String> key,
        @Nullable String position,
        boolean merged) {

    public ResultTable {
        key = List.copyOf(key);
    }

    /** A table whose view shows the published run. */
    public ResultTable(TableName name, Schema schema, List<String> key, @Nullable String position) {
        this(name, schema, key, position, false);
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
        return view(name);
    }

    /** Merges into {@code <table>_current} what a redrive added to a run, where nothing was published of the same keys since the run was. */
    public void mergeRecovered(Connection connection, UUID run) throws SQLException {
        new CurrentTable(connection, ResultDatabase.of(connection), name).mergeRecovered(key, run);
    }

    /**
     * Makes the values of a complete run those of their keys in {@code <table>_current}; other keys keep theirs. Waits for another merge to
     * end.
     *
     * @param key by which the table is merged; none where it is shown by a view, to which nothing is done
     * @throws NightshiftException SCHEMA_MISMATCH where {@code <table>_current} is kept the other way or by another key, or is gone
     */
    public static void merge(Connection connection, TableName table, List<String> key, UUID run) throws SQLException {
        CurrentTable current = new CurrentTable(connection, ResultDatabase.of(connection), table);
        current.requireFor(key);
        if (!key.isEmpty()) {
            current.merge(key, run);
        }
    }

    /** What readers see of a table. */
    public static TableName view(TableName table) {
        return table.with("_current");
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

    /** Prepares {@link #read} and {@link #remove}, of a table with positions, so that neither looks at all rows of the run. */
    public void seekable(Connection connection, UUID run) throws SQLException {
        ResultDatabase.of(connection).seekable(connection, this, run);
    }

    /**
     * Fills an empty batch with the next rows of a partition from a position on, in the order of positions, of a table that
     * has them.
     *
     * @param into of columns of this table; as many rows as fit, or as there are
     */
    public void read(Connection connection, UUID run, int partition, long from, RecordBatch into) throws SQLException {
        ResultDatabase database = ResultDatabase.of(connection);
        SqlFragment rows = database.rowsAt(connection, this, run, partition, from, Long.MAX_VALUE);
        StringJoiner columns = new StringJoiner(", ");
        into.schema().names().forEach(name -> columns.add(database.column(name)));
        String sql = "select " + columns + " from " + rows.sql() + " order by " + database.column(required(position))
                + " fetch first " + into.capacity() + " rows only";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            rows.bind(select, 1);
            try (ResultSet found = select.executeQuery()) {
                Cell[] cells = new Cell[into.schema().size()];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = StandardCells.of(into.schema().field(i).type());
                }
                int row = 0;
                while (found.next()) {
                    for (int i = 0; i < cells.length; i++) {
                        cells[i].read(found, i + 1, into.column(i), row);
                    }
                    row++;
                }
                into.rows(row);
            }
        }
    }

    private static String required(@Nullable String position) {
        if (position == null) {
            throw new IllegalStateException("a table without positions");
        }
        return position;
    }

    /** Removes the rows from a position on and before another in a partition, and returns how many there were. */
    public int remove(Connection connection, UUID run, int partition, long from, long to) throws SQLException {
        SqlFragment rows = ResultDatabase.of(connection).rowsAt(connection, this, run, partition, from, to);
        try (PreparedStatement delete = connection.prepareStatement("delete from " + rows.sql())) {
            rows.bind(delete, 1);
            return delete.executeUpdate();
        }
    }

    /** Removes a run's rows of this table; readers see them until the transaction commits. */
    public void delete(Connection connection, UUID run) throws SQLException {
        ResultDatabase.of(connection).delete(connection, this, run);
    }

    /**
     * Removes all of a run from a table, where there is such a table, without keeping readers of other runs waiting. What is removed
     * before a failure stays so; may be repeated until nothing is left.
     *
     * @param connection commits by itself
     */
    public static void drop(Connection connection, TableName table, UUID run) throws SQLException {
        ResultDatabase database = ResultDatabase.of(connection);
        database.drop(connection, table, run);
        CurrentTable.forget(connection, database, table, run);
    }

    /**
     * Makes a run the one that the views of a job's tables show. Tables of the family that the run does not have show nothing
     * from then on. Of two that publish into one family at once, the later waits for the earlier to end, and then shows its run.
     *
     * @param family the table of predictions, by which the job's tables are known
     * @param tables those of the run
     */
    public static void publish(Connection connection, TableName family, List<TableName> tables, UUID run)
            throws SQLException {
        ResultDatabase database = ResultDatabase.of(connection);
        String familyKey = database.key(connection, family);
        String publish = database.upsert(
                "nightshift_publication (table_name, family, run_id, published_at)",
                "table_name",
                List.of("family", "run_id", "published_at"),
                "select cast(? as varchar), cast(? as varchar), cast(? as uuid), current_timestamp");
        for (TableName table : tables) {
            execute(connection, publish, database.key(connection, table), familyKey, run);
        }
        execute(connection, "delete from nightshift_publication where family = ? and run_id <> ?", familyKey, run);
    }

    private static int execute(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
