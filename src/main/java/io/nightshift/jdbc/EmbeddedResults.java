package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

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

    /** One run of this process makes tables at a time; no other process has the file open. H2's own "if not exists" is two steps. */
    private static final Lock ONE_MAKER = new ReentrantLock();

    @Override
    public void prepare(Connection connection, ResultTable table, UUID run) throws SQLException {
        ONE_MAKER.lock();
        try {
            make(connection, table);
        } finally {
            ONE_MAKER.unlock();
        }
        runNumber(connection, run);
    }

    private void make(Connection connection, ResultTable table) throws SQLException {
        makeSchema(connection, table.name());
        List<String> found = columns(connection, table.name());
        try (Statement statement = connection.createStatement()) {
            if (found.isEmpty()) {
                statement.execute(create(table));
                found = columns(connection, table.name());
            }
            ResultDatabase.requireFit(table.name(), wanted(table), found);
            CurrentTable current = new CurrentTable(connection, this, table.name());
            if (table.merged()) {
                current.prepare(table);
            } else {
                current.requireKind(false);
                statement.execute(createView(connection, table));
            }
        }
    }

    private String create(ResultTable table) {
        StringBuilder sql = new StringBuilder("create table if not exists ")
                .append(sql(table.name()))
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
    private String createView(Connection connection, ResultTable table) throws SQLException {
        String number = "(select r.run_number %s from nightshift_result_run r join nightshift_publication p"
                + " on p.run_id = r.run_id where p.table_name = "
                + TableName.literal(key(connection, table.name())) + ")";
        StringBuilder columns = new StringBuilder("\"RUN_ID\"");
        table.schema().fields().forEach(field -> columns.append(", ").append(column(field.name())));
        return "create view if not exists " + sql(table.view()) + " as select " + columns + " from "
                + sql(table.name()) + " where \"" + ROW + "\" >= "
                + number.formatted("* " + ROWS_OF_RUN) + " and \"" + ROW + "\" < "
                + number.formatted("* " + ROWS_OF_RUN + " + " + ROWS_OF_RUN);
    }

    /**
     * The embedded database is Nightshift's own, and nobody else can define anything in it: so a schema is made with its first table, and may be read
     * as the default one may.
     */
    private void makeSchema(Connection connection, TableName table) throws SQLException {
        String schema = kept(table).schema();
        if (schema == null) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + TableName.quoted(schema));
            statement.execute("grant select on schema " + TableName.quoted(schema) + " to public");
        }
    }

    @Override
    public TableName kept(TableName name) {
        return name.raised();
    }

    @Override
    public String kept(String column) {
        return column.toUpperCase(Locale.ROOT);
    }

    @Override
    public String key(Connection connection, TableName table) throws SQLException {
        return shortest(connection, table).lowered().name();
    }

    @Override
    public String type(ColumnType type) {
        return SqlType.of(type);
    }

    @Override
    public String listed(ColumnType type) {
        return plain(type(type));
    }

    @Override
    public List<String> columns(Connection connection, TableName name) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (String[] column : catalogued(connection, "columns", "column_name, data_type", "ordinal_position", name)) {
            columns.add(column[0] + " " + plain(column[1]));
        }
        return columns;
    }

    @Override
    public List<String> columnNames(Connection connection, TableName table) throws SQLException {
        return catalogued(connection, "columns", "column_name, data_type", "ordinal_position", table).stream()
                .map(column -> column[0])
                .filter(column -> !column.equals(ROW))
                .toList();
    }

    @Override
    public boolean isView(Connection connection, TableName name) throws SQLException {
        return catalogued(connection, "tables", "table_name, table_type", "table_name", name).stream()
                .anyMatch(table -> table[1].equals("VIEW"));
    }

    /** Two columns of what the catalogue has of a table. */
    private List<String[]> catalogued(Connection connection, String from, String columns, String order, TableName name)
            throws SQLException {
        TableName kept = kept(name);
        List<String[]> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select " + columns + " from information_schema."
                + from + " where table_schema = coalesce(?, schema()) and table_name = ? order by " + order)) {
            select.setString(1, kept.schema());
            select.setString(2, kept.table());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new String[] {rows.getString(1), rows.getString(2)});
                }
            }
        }
        return found;
    }

    private List<String> wanted(ResultTable table) {
        List<String> wanted = new ArrayList<>(List.of(ROW + " BIGINT", "RUN_ID UUID"));
        wanted.addAll(described(table.schema()));
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
                connection.prepareStatement("insert into " + sql(table.name()) + " values (" + values + ")")) {
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
                sql(table.name()) + " where \"" + ROW + "\" >= ? and \"" + ROW + "\" < ?",
                List.of(first + Math.min(from, end), first + end));
    }

    @Override
    public SqlFragment rowsOf(Connection connection, TableName table, UUID run) throws SQLException {
        long first = runNumber(connection, run) * ROWS_OF_RUN;
        return new SqlFragment(
                sql(table) + " s where s.\"" + ROW + "\" >= ? and s.\"" + ROW + "\" < ?",
                List.of(first, first + ROWS_OF_RUN));
    }

    @Override
    public void lock(Connection connection, TableName table) {
        // One process works in an embedded database, with one run at a time.
    }

    @Override
    public String now() {
        return "current_timestamp";
    }

    @Override
    public String upsert(String into, String key, List<String> others, String query) {
        return "merge into " + into + " key (" + key + ") " + query;
    }

    @Override
    public void delete(Connection connection, ResultTable table, UUID run) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from " + sql(table.name()) + " where \"" + ROW + "\" >= ? and \"" + ROW + "\" < ?")) {
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
        try (PreparedStatement delete = connection.prepareStatement("delete from " + sql(table) + " where \"" + ROW
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
