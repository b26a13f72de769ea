package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/** How one kind of database keeps result tables; the contracts are those of {@link ResultTable}. Without state. */
sealed interface ResultDatabase permits EmbeddedResults, PostgresResults {

    void prepare(Connection connection, ResultTable table, UUID run) throws SQLException;

    void insert(Connection connection, ResultTable table, UUID run, int partition, List<RecordBatch> batches)
            throws SQLException;

    void complete(Connection connection, ResultTable table, UUID run) throws SQLException;

    void attach(Connection connection, ResultTable table, UUID run) throws SQLException;

    void delete(Connection connection, ResultTable table, UUID run) throws SQLException;

    void drop(Connection connection, TableName table, UUID run) throws SQLException;

    /** Sees to it that {@link #rowsAt} finds rows without looking at all of the run's. */
    void seekable(Connection connection, ResultTable table, UUID run) throws SQLException;

    /** {@code TABLE where ...}: the run's rows from a position on and before another in a partition; of tables with positions. */
    SqlFragment rowsAt(Connection connection, ResultTable table, UUID run, int partition, long from, long to)
            throws SQLException;

    /** A name in the letters in which the database keeps it. */
    TableName kept(TableName name);

    /** A column's name in the letters in which the database keeps it; of a name that is kept already, itself. */
    String kept(String column);

    /** The name by which publications know a table: one for all ways to write it that mean the same table. */
    String key(Connection connection, TableName table) throws SQLException;

    String type(ColumnType type);

    /** A type as the catalogue names it. */
    String listed(ColumnType type);

    /** Columns as {@code name type}, the way the catalogue has them. */
    default List<String> described(Schema schema) {
        return schema.fields().stream()
                .map(field -> kept(field.name()) + " " + listed(field.type()))
                .toList();
    }

    /** The same of a table or view; none where there is none. */
    List<String> columns(Connection connection, TableName name) throws SQLException;

    /** The names of the columns of a table of runs that a job's results are in. */
    List<String> columnNames(Connection connection, TableName table) throws SQLException;

    boolean isView(Connection connection, TableName name) throws SQLException;

    /** {@code TABLE s where ...}: all of the run's rows. */
    SqlFragment rowsOf(Connection connection, TableName table, UUID run) throws SQLException;

    /** Keeps others from changing rows of a table until the transaction ends; readers read on. */
    void lock(Connection connection, TableName table) throws SQLException;

    /** What is now, not at the start of the transaction if there is a choice. */
    String now();

    /**
     * A statement that inserts what a query gives, or replaces the row of the same key.
     *
     * @param into the table with its columns
     * @param others all columns but those of the key
     */
    String upsert(String into, String key, List<String> others, String query);

    /** A name without its schema where that is the one of unqualified names, which are those of publications, too. */
    default TableName shortest(Connection connection, TableName name) throws SQLException {
        return Objects.equals(kept(name).schema(), connection.getSchema()) ? new TableName(name.table()) : name;
    }

    default String sql(TableName name) {
        return kept(name).quoted();
    }

    default String column(String name) {
        return TableName.quoted(kept(name));
    }

    static ResultDatabase of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> new EmbeddedResults();
            case "PostgreSQL" -> new PostgresResults();
            default ->
                throw new NightshiftException(
                        FailureCode.DEFINITION_INVALID,
                        "results cannot be kept in " + product
                                + "; H2 and PostgreSQL can. Name another database for results");
        };
    }

    /** Refuses a table that exists and is not as it would have been made. Columns are {@code name type}, in order. */
    static void requireFit(TableName table, List<String> wanted, List<String> found) {
        if (!found.equals(wanted)) {
            List<String> missing = new ArrayList<>(wanted);
            missing.removeAll(found);
            List<String> unknown = new ArrayList<>(found);
            unknown.removeAll(wanted);
            String difference = missing.isEmpty() && unknown.isEmpty()
                    ? "its columns are in another order, " + found + " instead of " + wanted
                    : "it lacks " + missing + " and has " + unknown;
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the table " + table + " exists and does not fit the job: " + difference
                            + "; name another table in the job's output, or drop this one");
        }
    }

    /** Refuses columns whose names a database without quotes cannot tell apart. */
    static void requireDistinct(ResultTable table) {
        List<String> own = table.merged()
                ? List.of(CurrentTable.RUN_ID, EmbeddedResults.ROW.toLowerCase(Locale.ROOT), CurrentTable.PUBLISHED_AT)
                : List.of(CurrentTable.RUN_ID, EmbeddedResults.ROW.toLowerCase(Locale.ROOT));
        List<String> seen = new ArrayList<>(own);
        for (Field field : table.schema().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (seen.contains(name)) {
                throw new NightshiftException(
                        FailureCode.SCHEMA_MISMATCH,
                        "the table " + table.name() + " would have two columns '" + name
                                + "': names are the same in upper and lower case, and " + String.join(", ", own)
                                + " are Nightshift's own; leave one out of the job's output or rename it");
            }
            seen.add(name);
        }
    }
}
