package io.nightshift.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import io.nightshift.failure.NightshiftException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The ledger's tables in a database that several processes open. */
class ServerDatabaseTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Only Flyway's question whether a schema is empty looks for functions. */
    private static final String IS_EMPTY = "pg_proc";

    /** How often a schema was marked as one that had another program's tables. */
    private static final String MARKS = "select count(*) from nightshift_schema_history where version = '0'";

    @Test
    void oneThatLooksWhileAnotherMakesTheTablesUsesThem() {
        DataSource database = newDatabase();
        AtomicBoolean between = new AtomicBoolean();
        LedgerDatabase opened = open(new Watched(database, (connections, statement) -> {
            if (statement.contains(IS_EMPTY) && between.compareAndSet(false, true)) {
                open(database);
            }
        }));
        assertThat(between).isTrue();
        assertThat(count(opened, MARKS)).isZero();
        assertThat(count(opened, "select count(*) from nightshift_run")).isZero();
    }

    @Test
    void whereverAProcessEndsTheNextMakesTheTables() {
        int ends = 0;
        while (ended(ends + 1)) {
            ends++;
        }
        assertThat(ends).as("commits at which a process ended").isGreaterThan(1);
    }

    /** Ends a process that makes the tables before one of its commits, and lets another begin. @return false where it was done before */
    private static boolean ended(int commit) {
        DataSource database = newDatabase();
        AtomicInteger commits = new AtomicInteger();
        DataSource ending = new Watched(database, (connections, statement) -> {
            if (statement.equals("commit") && commits.incrementAndGet() == commit) {
                connections.abort();
                throw new SQLException("the process has ended");
            }
        });
        try {
            open(ending);
        } catch (NightshiftException e) {
            assertThat(commits).as(e.getMessage()).hasValueGreaterThanOrEqualTo(commit);
        }
        assertThat(count(open(database), "select count(*) from nightshift_run"))
                .as("runs after an end at commit %d", commit)
                .isZero();
        return commits.get() >= commit;
    }

    @Test
    void anotherProgramsTablesStay() {
        DataSource database = newDatabase();
        JdbcClient.create(database).sql("create table theirs (a integer)").update();
        LedgerDatabase opened = open(database);
        assertThat(count(opened, MARKS)).isEqualTo(1);
        assertThat(count(opened, "select count(*) from theirs")).isZero();
        assertThat(count(opened, "select count(*) from nightshift_run")).isZero();
    }

    private static LedgerDatabase open(DataSource database) {
        DatabaseRoles.Patience patience = new DatabaseRoles.Patience(PATIENCE, PATIENCE.plusSeconds(1));
        return ServerDatabase.migrated(new DatabaseRoles.Named("server", database, patience), LEASE);
    }

    private static long count(LedgerDatabase database, String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }

    private static DataSource newDatabase() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(PostgresServer.newDatabase());
        database.setUser("postgres");
        return database;
    }

    /** Lets something happen before a connection prepares a statement or commits. */
    private static final class Watched extends DelegatingDataSource {

        private final Watch watch;
        private final List<Connection> opened = new CopyOnWriteArrayList<>();

        Watched(DataSource target, Watch watch) {
            super(target);
            this.watch = watch;
        }

        /** As the end of the process would. */
        void abort() throws SQLException {
            for (Connection connection : opened) {
                connection.abort(Runnable::run);
            }
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            opened.add(connection);
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "prepareStatement", "commit" ->
                                watch.before(this, arguments == null ? "commit" : (String) arguments[0]);
                            default -> {}
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    private interface Watch {

        void before(Watched connections, String statement) throws SQLException;
    }
}
