package io.nightshift.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @Test
    void oneThatLooksWhileAnotherMakesTheTablesUsesThem() {
        DataSource database = newDatabase();
        AtomicBoolean between = new AtomicBoolean();
        LedgerDatabase opened = open(new BeforeStatement(database, IS_EMPTY, () -> {
            if (between.compareAndSet(false, true)) {
                open(database);
            }
        }));
        assertThat(between).isTrue();
        assertThat(count(opened, "select count(*) from nightshift_schema_history where version = '0'"))
                .as("marks of a schema that was another program's")
                .isZero();
        assertThat(count(opened, "select count(*) from nightshift_run")).isZero();
    }

    @Test
    void anotherProgramsTablesStay() {
        DataSource database = newDatabase();
        JdbcClient.create(database).sql("create table theirs (a integer)").update();
        LedgerDatabase opened = open(database);
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

    /** Does something before each statement that has a word is prepared. */
    private static final class BeforeStatement extends DelegatingDataSource {

        private final String word;
        private final Runnable work;

        BeforeStatement(DataSource target, String word, Runnable work) {
            super(target);
            this.word = word;
            this.work = work;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("prepareStatement") && ((String) arguments[0]).contains(word)) {
                            work.run();
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
