package io.nightshift.jdbc;

import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A table of results in H2: the rows of every run side by side, and a view {@code <table>_current} of the published one's. All work
 * runs in the transaction of the connection handed in, apart from making the table, which commits. Immutable.
 *
 * @param key columns that with the run name a row; none for tables whose rows need no name
 */
public record ResultTable(TableName name, Schema schema, List<String> key) {

    private static final String RUN_ID = "RUN_ID";
    private static final String DUPLICATE = "23505";

    public ResultTable {
        key = List.copyOf(key);
    }

    /**
     * Makes the table and its view where they are missing.
     *
     * @throws NightshiftException SCHEMA_MISMATCH, with every difference, where a table of the name does not fit
     */
    public void prepare(Connection connection) throws SQLException {
        List<String> existing = columns(connection);
        if (existing.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(create());
            }
            existing = columns(connection);
        }
        requireFit(existing);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create view if not exists " + view().sql() + " as select * from " + name.sql()
                    + " where \"RUN_ID\" = (select run_id from nightshift_publication where table_name = '"
                    + name.name().replace("'", "''") + "')");
        }
    }

    public TableName view() {
        return name.with("_current");
    }

    private String create() {
        StringBuilder sql =
                new StringBuilder("create table ").append(name.sql()).append(" (\"RUN_ID\" UUID not null");
        for (Field field : schema.fields()) {
            sql.append(", ")
                    .append(TableName.quoted(field.name()))
                    .append(' ')
                    .append(SqlType.of(field.type()))
                    .append(key.contains(field.name()) ? " not null" : "");
        }
        if (!key.isEmpty()) {
            sql.append(", primary key (\"RUN_ID\"");
            key.forEach(column -> sql.append(", ").append(TableName.quoted(column)));
            sql.append(')');
        }
        return sql.append(')').toString();
    }

    private List<String> columns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select column_name, data_type from information_schema.columns where table_schema = schema()"
                        + " and table_name = ? order by ordinal_position")) {
            select.setString(1, name.name().toUpperCase(Locale.ROOT));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1) + " " + rows.getString(2));
                }
            }
        }
        return columns;
    }

    private void requireFit(List<String> existing) {
        List<String> wanted = new ArrayList<>();
        wanted.add(RUN_ID + " UUID");
        for (Field field : schema.fields()) {
            wanted.add(field.name().toUpperCase(Locale.ROOT) + " " + plain(SqlType.of(field.type())));
        }
        List<String> found = existing.stream().map(ResultTable::plain).toList();
        if (!found.equals(wanted)) {
            List<String> missing = new ArrayList<>(wanted);
            missing.removeAll(found);
            List<String> unknown = new ArrayList<>(found);
            unknown.removeAll(wanted);
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the table " + name + " exists and does not fit the job: it lacks " + missing + " and has "
                            + unknown + "; name another table in the job's output, or drop this one");
        }
    }

    /** A type without its precision, as the catalogue names it. */
    private static String plain(String column) {
        return column.replaceAll("\\([^)]*\\)", "").trim();
    }

    /**
     * Inserts all rows of a batch for a run.
     *
     * @throws NightshiftException DUPLICATE_KEY where the run has a row of the key already; the caller rolls back
     */
    public void insert(Connection connection, UUID run, List<RecordBatch> batches) throws SQLException {
        String values = String.join(", ", Collections.nCopies(schema.size() + 1, "?"));
        try (PreparedStatement insert =
                connection.prepareStatement("insert into " + name.sql() + " values (" + values + ")")) {
            for (RecordBatch batch : batches) {
                if (batch.rows() > 0) {
                    insert(insert, run, batch);
                }
            }
        }
    }

    private void insert(PreparedStatement insert, UUID run, RecordBatch batch) throws SQLException {
        for (int row = 0; row < batch.rows(); row++) {
            insert.setObject(1, run);
            for (int i = 0; i < schema.size(); i++) {
                ColumnBinder.bind(insert, i + 2, batch.column(i), row);
            }
            insert.addBatch();
        }
        try {
            insert.executeBatch();
        } catch (BatchUpdateException e) {
            if (DUPLICATE.equals(e.getSQLState())) {
                throw duplicate(batch, e);
            }
            throw e;
        }
    }

    private NightshiftException duplicate(RecordBatch batch, BatchUpdateException e) {
        int row = 0;
        int[] done = e.getUpdateCounts();
        while (row < done.length - 1 && done[row] != Statement.EXECUTE_FAILED) {
            row++;
        }
        List<String> values = new ArrayList<>();
        for (String column : key) {
            values.add(column + " = " + batch.column(column).text(row));
        }
        return new NightshiftException(
                FailureCode.DUPLICATE_KEY,
                "the key (" + String.join(", ", values) + ") occurs twice in the input, the second time in row "
                        + batch.rowNumber(row) + " of its partition; a key names one row",
                e);
    }

    /** Removes a run's rows. */
    public void delete(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + name.sql() + " where \"RUN_ID\" = ?")) {
            delete.setObject(1, run);
            delete.executeUpdate();
        }
    }

    /** Makes a run the one that the table's view shows. */
    public static void publish(Connection connection, TableName name, UUID run) throws SQLException {
        try (PreparedStatement publish = connection.prepareStatement(
                "merge into nightshift_publication (table_name, run_id, published_at) key (table_name)"
                        + " values (?, ?, current_timestamp)")) {
            publish.setString(1, name.name());
            publish.setObject(2, run);
            publish.executeUpdate();
        }
    }
}
