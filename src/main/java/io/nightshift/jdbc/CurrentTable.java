package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code <table>_current} where it is a table: the last published value of each key, with the run that it is of and when that was
 * published. Publishing merges a run's rows in its own transaction, one run after the other, so that readers see all of a merge or
 * nothing. {@code nightshift_merged_run} has the time of each merge, which rises from one to the next whatever the clock does.
 */
final class CurrentTable {

    static final String RUN_ID = "run_id";
    static final String PUBLISHED_AT = "published_at";

    private final Connection connection;
    private final ResultDatabase database;
    private final TableName runs;
    private final TableName current;

    /** @param runs the table with the rows of every run */
    CurrentTable(Connection connection, ResultDatabase database, TableName runs) {
        this.connection = connection;
        this.database = database;
        this.runs = runs;
        this.current = ResultTable.view(runs);
    }

    /** Makes the table where there is none. @throws NightshiftException SCHEMA_MISMATCH where there is another */
    void prepare(ResultTable table) throws SQLException {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field(RUN_ID, ColumnType.of(Kind.UUID), false));
        fields.addAll(table.schema().fields());
        fields.add(new Field(PUBLISHED_AT, ColumnType.timestamp(TimeUnit.MICROS, true), false));
        Schema schema = new Schema(fields);
        if (exists()) {
            requireKindOfExisting(true);
        } else {
            create(schema, table.key());
        }
        ResultDatabase.requireFit(current, database.described(schema), database.columns(connection, current));
        requireKey(table.key());
    }

    private void create(Schema schema, List<String> key) throws SQLException {
        String name = database.sql(current);
        StringBuilder sql = new StringBuilder("create table ").append(name).append(" (");
        Set<String> required = new TreeSet<>(key);
        required.addAll(List.of(RUN_ID, PUBLISHED_AT));
        for (Field field : schema.fields()) {
            sql.append(database.column(field.name()))
                    .append(' ')
                    .append(database.type(field.type()))
                    .append(required.contains(field.name()) ? " not null, " : ", ");
        }
        sql.append("primary key (").append(columns(key, "")).append("))");
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.toString());
            statement.execute("comment on table " + name + " is "
                    + TableName.literal("The last published result of Nightshift for each " + String.join(", ", key)
                            + "; publishing a run merges its rows of " + runs));
            statement.execute(
                    "comment on column " + name + "." + database.column(RUN_ID) + " is 'The run that the row is of'");
            statement.execute("comment on column " + name + "." + database.column(PUBLISHED_AT)
                    + " is 'When that run was published'");
        }
    }

    /**
     * Refuses a relation of the name that is a view where it must be a table, or the other way round.
     *
     * @throws NightshiftException SCHEMA_MISMATCH
     */
    void requireKind(boolean merged) throws SQLException {
        // In this order: another run of the job may make the view meanwhile.
        if (exists()) {
            requireKindOfExisting(merged);
        }
    }

    private boolean exists() throws SQLException {
        return !database.columns(connection, current).isEmpty();
    }

    private void requireKindOfExisting(boolean merged) throws SQLException {
        boolean view = database.isView(connection, current);
        if (merged == view) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the job's mode is " + (merged ? "upsert, which keeps a table " : "append_run, which makes a view ")
                            + current + ", and there is "
                            + (view
                                    ? "a view of that name, as append_run makes it"
                                    : "a table of that name, as upsert makes it")
                            + "; name another table in the job's output, or drop that "
                            + (view ? "view" : "table and with it the values that it keeps"));
        }
    }

    /**
     * Refuses to publish where readers would not see it, or where rows of one key would replace those of another.
     *
     * @param key by which the rows are merged; none where they are shown by a view
     * @throws NightshiftException SCHEMA_MISMATCH
     */
    void requireFor(List<String> key) throws SQLException {
        if (!exists()) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "readers could not see the run: there is no " + current
                            + " any more. The next run of the job to be launched, or restarted, makes it again");
        }
        requireKindOfExisting(!key.isEmpty());
        if (!key.isEmpty()) {
            requireKey(key);
        }
    }

    private void requireKey(List<String> key) throws SQLException {
        List<String> wanted = key.stream().map(database::kept).sorted().toList();
        TableName name = database.kept(current);
        String schema = name.schema() == null ? connection.getSchema() : name.schema();
        TreeMap<Short, String> found = new TreeMap<>();
        try (ResultSet rows = connection.getMetaData().getPrimaryKeys(null, schema, name.table())) {
            while (rows.next()) {
                found.put(rows.getShort("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        if (!found.values().stream().sorted().toList().equals(wanted)) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the table " + current + " exists and does not fit the job: its primary key is " + found.values()
                            + " and the job's key is " + key
                            + "; name another table in the job's output, or drop this one");
        }
    }

    /** Makes the run's values those of their keys, in the open transaction. Keys that the run does not have keep theirs. */
    void merge(List<String> key, UUID run) throws SQLException {
        database.lock(connection, current);
        OffsetDateTime now = next();
        remember(run, now);
        upsert(key, run, now, SqlFragment.of(""));
    }

    /**
     * The same with those of the run's values whose keys have none, or one that was published before the run was: what a redrive
     * recovered. Of a run that was not merged, nothing.
     */
    void mergeRecovered(List<String> key, UUID run) throws SQLException {
        database.lock(connection, current);
        OffsetDateTime merged =
                time("select published_at from nightshift_merged_run where table_name = ? and run_id = ?", run);
        if (merged == null) {
            return;
        }
        StringBuilder known = new StringBuilder(" and not exists (select 1 from ")
                .append(database.sql(current))
                .append(" c where ");
        for (String column : key) {
            known.append("c.")
                    .append(database.column(column))
                    .append(" = s.")
                    .append(database.column(column))
                    .append(" and ");
        }
        known.append("(c.")
                .append(database.column(RUN_ID))
                .append(" = ? or c.")
                .append(database.column(PUBLISHED_AT))
                .append(" > ?))");
        upsert(key, run, merged, new SqlFragment(known.toString(), List.of(run, merged)));
    }

    private void upsert(List<String> key, UUID run, OffsetDateTime time, SqlFragment condition) throws SQLException {
        // The table of runs says what columns there are: of a run that is published again there is no other word.
        List<String> names = database.columnNames(connection, runs);
        String columns = columns(names, "") + ", " + database.column(PUBLISHED_AT);
        SqlFragment rows = database.rowsOf(connection, runs, run);
        String select = "select " + columns(names, "s.") + ", cast(? as timestamp(6) with time zone) from " + rows.sql()
                + condition.sql();
        List<String> others = new ArrayList<>(names);
        others.removeAll(key.stream().map(database::kept).toList());
        others.add(database.kept(PUBLISHED_AT));
        String sql = database.upsert(database.sql(current) + " (" + columns + ")", columns(key, ""), others, select);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, time);
            condition.bind(statement, rows.bind(statement, 2));
            statement.executeUpdate();
        }
    }

    private String columns(List<String> names, String prefix) {
        return String.join(
                ", ", names.stream().map(name -> prefix + database.column(name)).toList());
    }

    /** Now by the clock of the database, and later than every merge before. */
    private OffsetDateTime next() throws SQLException {
        OffsetDateTime now = time("select " + database.now());
        OffsetDateTime last = time("select max(published_at) from nightshift_merged_run where table_name = ?");
        OffsetDateTime next = Objects.requireNonNull(now).truncatedTo(ChronoUnit.MICROS);
        return last == null || next.isAfter(last) ? next : last.plus(1, ChronoUnit.MICROS);
    }

    private void remember(UUID run, OffsetDateTime time) throws SQLException {
        forget(connection, database, runs, run);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into nightshift_merged_run (table_name, run_id, published_at) values (?, ?, ?)")) {
            insert.setString(1, database.key(connection, runs));
            insert.setObject(2, run);
            insert.setObject(3, time);
            insert.executeUpdate();
        }
    }

    /** Forgets that a run was merged, whose rows are gone; its values that are current stay. */
    static void forget(Connection connection, ResultDatabase database, TableName runs, UUID run) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from nightshift_merged_run where table_name = ? and run_id = ?")) {
            delete.setString(1, database.key(connection, runs));
            delete.setObject(2, run);
            delete.executeUpdate();
        }
    }

    /** The one time that a query gives; null where it gives none. The first parameter is the table, the others follow. */
    private @Nullable OffsetDateTime time(String sql, UUID... values) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            if (sql.contains("?")) {
                select.setString(1, database.key(connection, runs));
            }
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 2, values[i]);
            }
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getObject(1, OffsetDateTime.class) : null;
            }
        }
    }
}
