package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * Result tables in PostgreSQL: a table partitioned by run. A run is filled as a table of its own by binary COPY, gets its
 * unique index when it is full, and becomes a partition when it is published. Only the last step touches the table that
 * readers use, and it takes no lock that a reader waits for.
 */
final class PostgresResults implements ResultDatabase {

    private static final String DUPLICATE = "23505";
    /** What the server says of a table that a run does not fit into: none, no partitioned one, other columns or types. */
    private static final Set<String> CHANGED = Set.of("42P01", "42809", "42804");

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
            requireSchema(connection, table.name());
            if (!exists(connection, table.name())) {
                create(statement, table);
            }
            ResultDatabase.requireFit(table.name(), wanted(table), columns(connection, table.name()));
            requirePartitioned(connection, table.name());
            CurrentTable current = new CurrentTable(connection, this, table.name());
            if (table.merged()) {
                current.prepare(table);
            } else if (exists(connection, table.view())) {
                current.requireKind(false);
            } else {
                statement.execute("create view " + sql(table.view()) + " as select * from "
                        + sql(table.name()) + " where run_id = (select run_id from nightshift_publication"
                        + " where table_name = "
                        + TableName.literal(key(connection, table.name())) + ")");
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

    /** A schema is made by whoever may say who uses it. @throws NightshiftException DEFINITION_INVALID */
    private static void requireSchema(Connection connection, TableName table) throws SQLException {
        String schema = table.schema();
        if (schema == null) {
            return;
        }
        List<String> schemas = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select nspname from pg_namespace order by 1")) {
            while (rows.next()) {
                schemas.add(rows.getString(1));
            }
        }
        if (!schemas.contains(schema)) {
            throw new NightshiftException(
                    FailureCode.DEFINITION_INVALID,
                    "the job's results go to the table " + table + ", and the result database has no schema '" + schema
                            + "'" + Suggestion.suffix(schema, schemas) + "; make it first: create schema "
                            + TableName.quoted(schema));
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

    private void create(Statement statement, ResultTable table) throws SQLException {
        StringBuilder sql =
                new StringBuilder("create table ").append(sql(table.name())).append(" (run_id uuid not null");
        for (Field field : table.schema().fields()) {
            sql.append(", ")
                    .append(column(field.name()))
                    .append(' ')
                    .append(PostgresType.of(field.type()))
                    .append(table.key().contains(field.name()) ? " not null" : "");
        }
        statement.execute(sql.append(") partition by list (run_id)").toString());
        statement.execute("comment on table " + sql(table.name()) + " is "
                + TableName.literal("Results of Nightshift, a partition for each published run, in which the key ("
                        + String.join(", ", table.key()) + ") is unique; " + table.view()
                        + " shows the run that readers are to see"));
        statement.execute("comment on column " + sql(table.name()) + ".run_id is 'The run that wrote the row'");
    }

    /**
     * A table of the run's own; the check spares the server the look at every row when it becomes a partition. Until then
     * nothing is vacuumed: rows only come, and their index would wait for the vacuum, or end it.
     */
    private void createRun(Connection connection, Statement statement, ResultTable table, UUID run)
            throws SQLException {
        TableName own = runTable(table.name(), run);
        if (!exists(connection, own)) {
            String id = TableName.literal(run.toString()) + "::uuid";
            statement.execute("create table " + sql(own) + " (like " + sql(table.name())
                    + ", constraint one_run check (run_id = " + id + ")) with (autovacuum_enabled = false)");
            statement.execute("alter table " + sql(own) + " alter column run_id set default " + id);
        }
    }

    /** The name is that of the table as far as it fits, a hash of the whole name, and the run: at most 62 characters. */
    private static TableName runTable(TableName table, UUID run) {
        String name = table.table().toLowerCase(Locale.ROOT);
        String prefix = name.substring(0, Math.min(LONGEST_PREFIX, name.length()));
        return table.sibling(prefix + "_" + HexFormat.of().toHexDigits(name.hashCode()) + "_"
                + run.toString().replace("-", ""));
    }

    @Override
    public TableName kept(TableName name) {
        return name;
    }

    @Override
    public String kept(String column) {
        return column.toLowerCase(Locale.ROOT);
    }

    @Override
    public String key(Connection connection, TableName table) throws SQLException {
        return shortest(connection, table).name();
    }

    @Override
    public String type(ColumnType type) {
        return PostgresType.of(type);
    }

    @Override
    public String listed(ColumnType type) {
        return type(type);
    }

    private boolean exists(Connection connection, TableName name) throws SQLException {
        return !catalogued(connection, "select 'there' where to_regclass(?) is not null", name)
                .isEmpty();
    }

    @Override
    public List<String> columns(Connection connection, TableName name) throws SQLException {
        return attributes(connection, "attname || ' ' || format_type(atttypid, atttypmod)", name);
    }

    @Override
    public List<String> columnNames(Connection connection, TableName table) throws SQLException {
        return attributes(connection, "attname", table);
    }

    private List<String> attributes(Connection connection, String what, TableName name) throws SQLException {
        return catalogued(
                connection,
                "select " + what + " from pg_attribute"
                        + " where attrelid = to_regclass(?) and attnum > 0 and not attisdropped order by attnum",
                name);
    }

    @Override
    public boolean isView(Connection connection, TableName name) throws SQLException {
        return !catalogued(
                        connection, "select relkind from pg_class where oid = to_regclass(?) and relkind = 'v'", name)
                .isEmpty();
    }

    /** @param query of the server's catalogue with one text in each row, about the table that is its only parameter */
    private List<String> catalogued(Connection connection, String query, TableName name) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, sql(name));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    private List<String> wanted(ResultTable table) {
        List<String> wanted = new ArrayList<>(List.of("run_id uuid"));
        wanted.addAll(described(table.schema()));
        return wanted;
    }

    private void requirePartitioned(Connection connection, TableName name) throws SQLException {
        String key = catalogued(
                        connection, "select coalesce(pg_get_partkeydef(to_regclass(?)), 'not partitioned')", name)
                .get(0);
        if (!key.equals("LIST (run_id)")) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the table " + name + " exists and does not fit the job: it is " + key
                            + " and must be partitioned by LIST (run_id); name another table in the job's output, or drop"
                            + " this one");
        }
    }

    @Override
    public void insert(Connection connection, ResultTable table, UUID run, int partition, List<RecordBatch> batches)
            throws SQLException {
        List<String> columns = table.schema().names().stream().map(this::kept).toList();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local application_name = " + TableName.literal(session(run)));
        }
        try {
            CopyEncoder.copy(
                    connection,
                    sql(runTable(table.name(), run)),
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
        List<String> columns = table.key().stream().map(this::kept).toList();
        try (Statement statement = connection.createStatement()) {
            statement.execute("create unique index if not exists " + index("k_", own) + " on " + sql(own) + " ("
                    + CopyEncoder.columns(columns) + ")");
            statement.execute("analyze " + sql(own));
        } catch (SQLException e) {
            throw duplicate(e);
        }
    }

    private static String index(String kind, TableName own) {
        return TableName.quoted(kind + own.table().substring(own.table().length() - KEPT_NAME));
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
            statement.execute("alter table " + sql(own) + " reset (autovacuum_enabled)");
            statement.execute("alter table " + sql(table.name()) + " attach partition " + sql(own) + " for values in ("
                    + TableName.literal(run.toString()) + ")");
        } catch (SQLException e) {
            if (CHANGED.contains(String.valueOf(e.getSQLState()))) {
                throw new NightshiftException(
                        FailureCode.SCHEMA_MISMATCH,
                        "the table " + table.name()
                                + " was changed or dropped since the run began, which cannot become a part"
                                + " of it: " + DatabaseFailure.message(e)
                                + "; a restart names the difference, or makes the table where there is none",
                        e);
            }
            throw e;
        }
    }

    @Override
    public void seekable(Connection connection, ResultTable table, UUID run) throws SQLException {
        TableName own = runTable(table.name(), run);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create index if not exists " + index("p_", own) + " on " + sql(own) + " ("
                    + RejectColumns.PARTITION + ", " + table.position() + ")");
        }
    }

    @Override
    public SqlFragment rowsAt(Connection connection, ResultTable table, UUID run, int partition, long from, long to) {
        return new SqlFragment(
                sql(runTable(table.name(), run)) + " where " + RejectColumns.PARTITION + " = ? and " + table.position()
                        + " >= ? and " + table.position() + " < ?",
                List.of(partition, from, to));
    }

    @Override
    public SqlFragment rowsOf(Connection connection, TableName table, UUID run) {
        return SqlFragment.of(sql(runTable(table, run)) + " s where true");
    }

    /** The mode that inserts and updates of others conflict with, and reads do not. */
    @Override
    public void lock(Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + sql(table) + " in share row exclusive mode");
        }
    }

    @Override
    public String now() {
        return "clock_timestamp()";
    }

    @Override
    public String upsert(String into, String key, List<String> others, String query) {
        StringJoiner set = new StringJoiner(", ");
        others.forEach(name -> set.add(column(name) + " = excluded." + column(name)));
        return "insert into " + into + " " + query + " on conflict (" + key + ") do update set " + set;
    }

    @Override
    public void delete(Connection connection, ResultTable table, UUID run) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("delete from " + sql(runTable(table.name(), run)));
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
                statement.execute("alter table " + sql(table) + " detach partition " + cut + " finalize");
            }
            if (isPartition(connection, own)) {
                statement.execute("alter table " + sql(table) + " detach partition " + sql(own) + " concurrently");
            }
            statement.execute("drop table if exists " + sql(own));
        }
    }

    private boolean isPartition(Connection connection, TableName own) throws SQLException {
        return !partitions(connection, "inhrelid = to_regclass(?)", own).isEmpty();
    }

    private List<String> partitions(Connection connection, String condition, TableName name) throws SQLException {
        return catalogued(connection, "select inhrelid::regclass::text from pg_inherits where " + condition, name);
    }
}
