package io.nightshift.jdbc;

import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A new schema of a PostgreSQL database, in which names without a schema are looked for and made, and which is dropped with
 * everything in it on closing. For one thread.
 */
public final class ScratchSchema implements AutoCloseable {

    private static final int BATCH_ROWS = 1000;

    private final String database;
    private final String schema;
    private final Databases databases;

    private ScratchSchema(String database, String schema, Databases databases) {
        this.database = database;
        this.schema = schema;
        this.databases = databases;
    }

    /**
     * Makes the schema.
     *
     * @param prefix of its name, of lower case letters and underscores; the rest is random
     * @throws NightshiftException DATABASE_UNKNOWN, or USAGE for a database that is not PostgreSQL; DATABASE_UNUSABLE and
     *     DATABASE_FAILED where it cannot be made
     */
    public static ScratchSchema create(
            DatabaseConfiguration configuration, Map<String, String> environment, String database, String prefix) {
        String schema = prefix + UUID.randomUUID().toString().replace("-", "");
        Databases all = new Databases(configuration, environment);
        DatabaseSettings settings = all.settings(database);
        if (settings.url().dialect() != Dialect.POSTGRESQL) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "'" + database + "' is " + settings.url() + ", and only PostgreSQL will do; nothing was started");
        }
        Map<String, DatabaseSettings> within = new LinkedHashMap<>(configuration.databases());
        within.put(
                database,
                new DatabaseSettings(
                        database,
                        settings.url().withOption("currentSchema", schema),
                        settings.user(),
                        settings.password(),
                        settings.pool(),
                        settings.timeouts()));
        ScratchSchema scratch = new ScratchSchema(
                database,
                schema,
                new Databases(new DatabaseConfiguration(within, null, null, configuration.lease()), environment));
        try {
            scratch.execute("create schema " + TableName.quoted(schema));
        } catch (RuntimeException e) {
            scratch.databases.close();
            throw e;
        }
        return scratch;
    }

    /**
     * The configuration in which the database is this schema, with the record of runs in the home.
     *
     * @param results whether results go here
     */
    public DatabaseConfiguration configuration(boolean results) {
        DatabaseConfiguration within = databases.configuration();
        return new DatabaseConfiguration(within.databases(), null, results ? database : null, within.lease());
    }

    /** The database's name in the configuration. */
    public String database() {
        return database;
    }

    /** Makes a table without a key. */
    public void create(String table, Schema columns) {
        StringJoiner declared = new StringJoiner(", ");
        for (Field field : columns.fields()) {
            declared.add(TableName.quoted(field.name()) + " " + PostgresType.of(field.type()));
        }
        execute("create table " + TableName.quoted(table) + " (" + declared + ")");
    }

    /**
     * Copies rows into a table, all or none.
     *
     * @param next fills a batch, or says false at the end
     * @param part of the rows, for messages
     * @throws NightshiftException VALUE_UNSTORABLE; DATABASE_FAILED
     */
    public void copy(String table, Schema columns, int part, Predicate<RecordBatch> next) {
        RecordBatch batch = new RecordBatch(columns, BATCH_ROWS);
        try (Connection connection = databases.of(database).getConnection()) {
            CopyEncoder.copy(connection, TableName.quoted(table), columns.names(), table, part, encoder -> {
                while (next.test(batch)) {
                    encoder.write(batch);
                }
            });
        } catch (SQLException e) {
            throw failed("filling the table " + table, e);
        }
    }

    /** Gives a full table its primary key and its statistics. */
    public void key(String table, List<String> key) {
        execute("alter table " + TableName.quoted(table) + " add primary key (" + CopyEncoder.columns(key) + ")");
        execute("vacuum analyze " + TableName.quoted(table));
    }

    /** Drops the tables that have a name or begin with it and an underscore, and what depends on them. */
    public void dropFamily(String name) {
        execute("do $$ declare found regclass; begin for found in select c.oid::regclass from pg_class c"
                + " where c.relnamespace = " + TableName.literal(schema) + "::regnamespace"
                + " and c.relkind in ('r', 'p') and not c.relispartition and c.relname ~ "
                + TableName.literal("^" + name + "(_|$)")
                + " loop execute format('drop table if exists %s cascade', found); end loop; end $$");
    }

    private void execute(String sql) {
        try (Connection connection = databases.of(database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    private NightshiftException failed(String what, SQLException e) {
        return new NightshiftException(
                FailureCode.DATABASE_FAILED,
                "the schema " + schema + " of the database '" + database + "': " + what + " failed: "
                        + DatabaseFailure.message(e)
                        + "; nothing outside that schema was touched, and where it is still"
                        + " there, `drop schema " + schema + " cascade` removes it",
                e);
    }

    @Override
    public void close() {
        try {
            execute("drop schema if exists " + TableName.quoted(schema) + " cascade");
        } finally {
            databases.close();
        }
    }
}
