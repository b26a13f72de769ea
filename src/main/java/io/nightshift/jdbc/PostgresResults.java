package io.nightshift.jdbc;

import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Result tables in PostgreSQL: a table partitioned by run. A run is filled as a table of its own by binary COPY, gets its
 * unique index when it is full, and becomes a partition when it is published. Only the last step touches the table that
 * readers use, and it takes no lock that a reader waits for.
 */
final class PostgresResults implements ResultDatabase {

    private static final String DUPLICATE = "23505";
    private static final int LONGEST_PREFIX = 20;
    /** The end of a run's table's name that its indexes have, too: a hash and the run. */
    private static final int KEPT_NAME = 41;

    /** Held while tables are made: two that make the same one at once would both fail to see it. */
    private static final String ONE_MAKER = "select pg_advisory_xact_lock(hashtext('nightshift result tables'))";

    /** A process that is frozen while it makes tables must not keep all others from making theirs. */
    private static final String NO_LONG_SILENCE = "set local idle_in_transaction_session_timeout = '10s'";

    @Override
    public void prepare(Connection connection, ResultTable table, UUID run) throws SQLException {
        boolean auto = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(NO_LONG_SILENCE);
            endWriters(connection, run);
            statement.execute(ONE_MAKER);
            if (!exists(connection, table.name())) {
                create(statement, table);
            }
            ResultDatabase.requireFit(table.name(), wanted(table), columns(connection, table.name()));
            requirePartitioned(connection, table.name());
            if (!exists(connection, table.view())) {
                statement.execute("create view " + table.view().lower() + " as select * from "
                        + table.name().lower() + " where run_id = (select run_id from nightshift_publication"
                        + " where table_name = "
                        + TableName.literal(table.name().name()) + ")");
            }
            createRun(connection, statement, table, run);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(auto);
        }
    }

    /** What the server's list of sessions calls one that writes rows of a run. */
    private static String session(UUID run) {
        return "nightshift run " + run;
    }

    /**
     * Ends the sessions of earlier attempts that are still writing rows of the run. Where their process is frozen, the server would wait
     * for the rest of their rows for ever, and others for their locks.
     */
    private static void endWriters(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement end =
                connection.prepareStatement("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = ? and datname = current_database() and pid <> pg_backend_pid()")) {
            end.setString(1, session(run));
            end.execute();
        }
    }

    private static void create(Statement statement, ResultTable table) throws SQLException {
        StringBuilder sql =
                new StringBuilder("create table ").append(table.name().lower()).append(" (run_id uuid not null");
        for (Field field : table.schema().fields()) {
            sql.append(", ")
                    .append(column(field.name()))
                    .append(' ')
                    .append(PostgresType.of(field.type()))
                    .append(table.key().contains(field.name()) ? " not null" : "");
        }
        statement.execute(sql.append(") partition by list (run_id)").toString());
        statement.execute("comment on table " + table.name().lower() + " is "
                + TableName.literal("Results of Nightshift, a partition for each published run, in which the key ("
                        + String.join(", ", table.key()) + ") is unique; " + table.view()
                        + " shows the run that readers are to see"));
        statement.execute("comment on column " + table.name().lower() + ".run_id is 'The run that wrote the row'");
    }

    /**
     * A table of the run's own; the check spares the server the look at every row when it becomes a partition. Until then nothing is vacuumed
     * behind the run's back: rows only come, and their index would wait for the vacuum, or end it.
     */
    private static void createRun(Connection connection, Statement statement, ResultTable table, UUID run)
            throws SQLException {
        TableName own = runTable(table.name(), run);
        if (!exists(connection, own)) {
            String id = TableName.literal(run.toString()) + "::uuid";
            statement.execute(
                    "create table " + own.lower() + " (like " + table.name().lower()
                            + ", constraint one_run check (run_id = " + id + ")) with (autovacuum_enabled = false)");
            statement.execute("alter table " + own.lower() + " alter column run_id set default " + id);
        }
    }

    /** The name is that of the table as far as it fits, a hash of the whole name, and the run: at most 62 characters. */
    private static TableName runTable(TableName table, UUID run) {
        String name = table.table().toLowerCase(Locale.ROOT);
        String prefix = name.substring(0, Math.min(LONGEST_PREFIX, name.length()));
        return table.sibling(prefix + "_" + HexFormat.of().toHexDigits(name.hashCode()) + "_"
                + run.toString().replace("-", ""));
    }

    private static String column(String name) {
        return TableName.quoted(name.toLowerCase(Locale.ROOT));
    }

    private static boolean exists(Connection connection, TableName name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select to_regclass(?) is not null")) {
            select.setString(1, name.lower());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static List<String> columns(Connection connection, TableName name) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select attname || ' ' || format_type(atttypid, atttypmod)"
                        + " from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped"
                        + " order by attnum")) {
            select.setString(1, name.lower());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
            }
        }
        return columns;
    }

    private static List<String> wanted(ResultTable table) {
        List<String> wanted = new ArrayList<>(List.of("run_id uuid"));
        for (Field field : table.schema().fields()) {
            wanted.add(field.name().toLowerCase(Locale.ROOT) + " " + PostgresType.of(field.type()));
        }
        return wanted;
    }

    private static void requirePartitioned(Connection connection, TableName name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select coalesce(pg_get_partkeydef(to_regclass(?)), 'not partitioned')")) {
            select.setString(1, name.lower());
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                if (!rows.getString(1).equals("LIST (run_id)")) {
                    throw new NightshiftException(
                            FailureCode.SCHEMA_MISMATCH,
                            "the table " + name + " exists and does not fit the job: it is " + rows.getString(1)
                                    + " and must be partitioned by LIST (run_id); name another table in the job's"
                                    + " output, or drop this one");
                }
            }
        }
    }

    @Override
    public void insert(Connection connection, ResultTable table, UUID run, int partition, List<RecordBatch> batches)
            throws SQLException {
        List<String> columns = table.schema().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local application_name = " + TableName.literal(session(run)));
        }
        try {
            CopyEncoder.copy(
                    connection,
                    runTable(table.name(), run).lower(),
                    columns,
                    table.name().name(),
                    partition,
                    encoder -> {
                        for (RecordBatch batch : batches) {
                            encoder.write(batch);
                        }
                    });
        } catch (SQLException e) {
            // A run that was complete before has its unique index already.
            throw duplicate(e);
        }
    }

    @Override
    public void complete(Connection connection, ResultTable table, UUID run) throws SQLException {
        TableName own = runTable(table.name(), run);
        List<String> columns =
                table.key().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        try (Statement statement = connection.createStatement()) {
            statement.execute("create unique index if not exists "
                    + TableName.quoted("k_" + own.table().substring(own.table().length() - KEPT_NAME)) + " on "
                    + own.lower()
                    + " (" + CopyEncoder.columns(columns) + ")");
            statement.execute("analyze " + own.lower());
        } catch (SQLException e) {
            throw duplicate(e);
        }
    }

    /** What to throw: a key that occurs twice as such, everything else as it is. */
    private static SQLException duplicate(SQLException failure) {
        if (DUPLICATE.equals(failure.getSQLState())) {
            throw new NightshiftException(
                    FailureCode.DUPLICATE_KEY,
                    "a key occurs twice in the input: "
                            + String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", "; ")
                            + "; a key names one row",
                    failure);
        }
        return failure;
    }

    @Override
    public void attach(Connection connection, ResultTable table, UUID run) throws SQLException {
        TableName own = runTable(table.name(), run);
        if (isPartition(connection, own)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table " + own.lower() + " reset (autovacuum_enabled)");
            statement.execute("alter table " + table.name().lower() + " attach partition " + own.lower()
                    + " for values in (" + TableName.literal(run.toString()) + ")");
        }
    }

    @Override
    public void seekable(Connection connection, ResultTable table, UUID run) throws SQLException {
        TableName own = runTable(table.name(), run);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create index if not exists "
                    + TableName.quoted("p_" + own.table().substring(own.table().length() - KEPT_NAME)) + " on "
                    + own.lower() + " (" + RejectColumns.PARTITION + ", " + table.position() + ")");
        }
    }

    @Override
    public SqlFragment rowsAt(Connection connection, ResultTable table, UUID run, int partition, long from, long to) {
        return new SqlFragment(
                runTable(table.name(), run).lower() + " where " + RejectColumns.PARTITION + " = ? and "
                        + table.position() + " >= ? and " + table.position() + " < ?",
                List.of(partition, from, to));
    }

    @Override
    public void delete(Connection connection, ResultTable table, UUID run) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("delete from " + runTable(table.name(), run).lower());
        }
    }

    /** Detaches before it drops: dropping a partition that is attached would lock the table that readers use. */
    @Override
    public void drop(Connection connection, TableName table, UUID run) throws SQLException {
        TableName own = runTable(table, run);
        endWriters(connection, run);
        try (Statement statement = connection.createStatement()) {
            for (String cut : partitions(connection, "inhparent = to_regclass(?) and inhdetachpending", table)) {
                // Left by a detach that was cut off: no other can begin before it is done.
                statement.execute("alter table " + table.lower() + " detach partition " + cut + " finalize");
            }
            if (isPartition(connection, own)) {
                statement.execute(
                        "alter table " + table.lower() + " detach partition " + own.lower() + " concurrently");
            }
            statement.execute("drop table if exists " + own.lower());
        }
    }

    private static boolean isPartition(Connection connection, TableName own) throws SQLException {
        return !partitions(connection, "inhrelid = to_regclass(?)", own).isEmpty();
    }

    private static List<String> partitions(Connection connection, String condition, TableName name)
            throws SQLException {
        List<String> partitions = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select inhrelid::regclass::text from pg_inherits where " + condition)) {
            select.setString(1, name.lower());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    partitions.add(rows.getString(1));
                }
            }
        }
        return partitions;
    }
}
