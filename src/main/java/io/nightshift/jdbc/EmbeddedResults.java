package io.nightshift.jdbc;

import io.nightshift.data.DuplicateKeys;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Result tables in H2. A row's primary key is a number made of the run's number, the partition and the row's place in it: rows are
 * appended without an index to look after, and a run is a range of them.
 */
final class EmbeddedResults implements ResultDatabase {

    static final String ROW = "RUN_ROW";

    private static final int ROW_BITS = 28;
    private static final int PARTITION_BITS = 15;
    private static final int RUN_BITS = 20;
    private static final long ROWS_OF_RUN = 1L << (ROW_BITS + PARTITION_BITS);
    private static final int BATCH_ROWS = 4096;
    /** So many are dropped in one transaction, whose undo log H2 keeps in memory. */
    private static final int DROPPED_ROWS = 65_536;

    @Override
    public void prepare(Connection connection, ResultTable table, UUID run) throws SQLException {
        List<String> found = columns(connection, table.name());
        try (Statement statement = connection.createStatement()) {
            if (found.isEmpty()) {
                statement.execute(create(table));
                found = columns(connection, table.name());
            }
            ResultDatabase.requireFit(table.name(), wanted(table), found);
            statement.execute(createView(table));
        }
        runNumber(connection, run);
    }

    private static String create(ResultTable table) {
        StringBuilder sql = new StringBuilder("create table if not exists ")
                .append(table.name().upper())
                .append(" (\"" + ROW + "\" BIGINT primary key, \"RUN_ID\" UUID not null");
        for (Field field : table.schema().fields()) {
            sql.append(", ")
                    .append(column(field.name()))
                    .append(' ')
                    .append(SqlType.of(field.type()))
                    .append(table.key().contains(field.name()) ? " not null" : "");
        }
        return sql.append(')').toString();
    }

    /** A range of the primary key, since a condition on the run's id would look at every row of every run. */
    private static String createView(ResultTable table) {
        String number = "(select r.run_number %s from nightshift_result_run r join nightshift_publication p"
                + " on p.run_id = r.run_id where p.table_name = "
                + TableName.literal(table.name().name()) + ")";
        StringBuilder columns = new StringBuilder("\"RUN_ID\"");
        table.schema().fields().forEach(field -> columns.append(", ").append(column(field.name())));
        return "create view if not exists " + table.view().upper() + " as select " + columns + " from "
                + table.name().upper() + " where \"" + ROW + "\" >= "
                + number.formatted("* " + ROWS_OF_RUN) + " and \"" + ROW + "\" < "
                + number.formatted("* " + ROWS_OF_RUN + " + " + ROWS_OF_RUN);
    }

    private static String column(String name) {
        return TableName.quoted(name.toUpperCase(Locale.ROOT));
    }

    private static List<String> columns(Connection connection, TableName name) throws SQLException {
        List<String> columns = new ArrayList<>();
        String[] parts = name.name().toUpperCase(Locale.ROOT).split("\\.");
        try (PreparedStatement select =
                connection.prepareStatement("select column_name, data_type from information_schema.columns"
                        + " where table_schema = coalesce(?, schema()) and table_name = ? order by ordinal_position")) {
            select.setString(1, parts.length > 1 ? parts[0] : null);
            select.setString(2, parts[parts.length - 1]);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1) + " " + plain(rows.getString(2)));
                }
            }
        }
        return columns;
    }

    private static List<String> wanted(ResultTable table) {
        List<String> wanted = new ArrayList<>(List.of(ROW + " BIGINT", "RUN_ID UUID"));
        for (Field field : table.schema().fields()) {
            wanted.add(field.name().toUpperCase(Locale.ROOT) + " " + plain(SqlType.of(field.type())));
        }
        return wanted;
    }

    /** A type without its precision, as the catalogue names it. */
    private static String plain(String type) {
        return type.replaceAll("\\([^)]*\\)", "").trim();
    }

    private static OptionalLong knownNumber(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select run_number from nightshift_result_run where run_id = ?")) {
            select.setObject(1, run);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? OptionalLong.of(within(rows.getLong(1), RUN_BITS, "run numbers of result tables in H2"))
                        : OptionalLong.empty();
            }
        }
    }

    private static long runNumber(Connection connection, UUID run) throws SQLException {
        OptionalLong known = knownNumber(connection, run);
        if (known.isPresent()) {
            return known.getAsLong();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into nightshift_result_run (run_id) values (?)")) {
            insert.setObject(1, run);
            insert.executeUpdate();
        }
        return runNumber(connection, run);
    }

    private static long within(long number, int bits, String what) {
        if (number < 0 || number >>> bits != 0) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    what + " end at " + ((1L << bits) - 1) + " and " + number
                            + " was needed; keep results of this size in PostgreSQL");
        }
        return number;
    }

    @Override
    public void insert(Connection connection, ResultTable table, UUID run, int partition, List<RecordBatch> batches)
            throws SQLException {
        long first = runNumber(connection, run) * ROWS_OF_RUN
                + (within(partition, PARTITION_BITS, "partitions of a run in H2") << ROW_BITS);
        String values = String.join(", ", Collections.nCopies(table.schema().size() + 2, "?"));
        try (PreparedStatement insert =
                connection.prepareStatement("insert into " + table.name().upper() + " values (" + values + ")")) {
            int waiting = 0;
            for (RecordBatch batch : batches) {
                for (int row = 0; row < batch.rows(); row++) {
                    insert.setLong(
                            1, first + within(position(table, batch, row), ROW_BITS, "rows of a partition in H2"));
                    insert.setObject(2, run);
                    for (int i = 0; i < table.schema().size(); i++) {
                        ColumnBinder.bind(insert, i + 3, batch.column(i), row);
                    }
                    insert.addBatch();
                    if (++waiting == BATCH_ROWS) {
                        insert.executeBatch();
                        waiting = 0;
                    }
                }
            }
            insert.executeBatch();
        }
    }

    private static long position(ResultTable table, RecordBatch batch, int row) {
        return table.position() == null
                ? batch.rowNumber(row)
                : ((LongColumn) batch.column(table.position())).values()[row];
    }

    @Override
    public void complete(Connection connection, ResultTable table, UUID run) throws SQLException {
        EmbeddedKeys keys =
                new EmbeddedKeys(connection, table, runNumber(connection, run) * ROWS_OF_RUN, ROWS_OF_RUN, ROW_BITS);
        if (keys.rising()) {
            return;
        }
        DuplicateKeys.Duplicate duplicate = new DuplicateKeys(keys).find(keys.rows());
        if (duplicate != null) {
            throw new NightshiftException(FailureCode.DUPLICATE_KEY, duplicate.toString());
        }
    }

    @Override
    public void attach(Connection connection, ResultTable table, UUID run) {
        // Its rows are in the table from the first chunk on; the view alone decides who sees them.
    }

    @Override
    public void seekable(Connection connection, ResultTable table, UUID run) {
        // The primary key is the position.
    }

    @Override
    public SqlFragment rowsAt(Connection connection, ResultTable table, UUID run, int partition, long from, long to)
            throws SQLException {
        long first = runNumber(connection, run) * ROWS_OF_RUN + ((long) partition << ROW_BITS);
        long end = Math.min(to, 1L << ROW_BITS);
        return new SqlFragment(
                table.name().upper() + " where \"" + ROW + "\" >= ? and \"" + ROW + "\" < ?",
                List.of(first + Math.min(from, end), first + end));
    }

    @Override
    public void delete(Connection connection, ResultTable table, UUID run) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from " + table.name().upper() + " where \"" + ROW + "\" >= ? and \"" + ROW + "\" < ?")) {
            long first = runNumber(connection, run) * ROWS_OF_RUN;
            delete.setLong(1, first);
            delete.setLong(2, first + ROWS_OF_RUN);
            delete.executeUpdate();
        }
    }

    @Override
    public void drop(Connection connection, TableName table, UUID run) throws SQLException {
        OptionalLong number = knownNumber(connection, run);
        if (number.isEmpty() || columns(connection, table).isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table.upper() + " where \"" + ROW
                + "\" >= ? and \"" + ROW + "\" < ? fetch first " + DROPPED_ROWS + " rows only")) {
            long first = number.getAsLong() * ROWS_OF_RUN;
            delete.setLong(1, first);
            delete.setLong(2, first + ROWS_OF_RUN);
            int dropped;
            do {
                dropped = delete.executeUpdate();
            } while (dropped == DROPPED_ROWS);
        }
    }
}
