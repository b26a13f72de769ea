package io.nightshift.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.PostgresServer;
import io.nightshift.database.SchemaHistory;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** The record of runs in PostgreSQL. */
class PostgresLedgerTest extends LedgerContract {

    private final HikariDataSource pool = new HikariDataSource();

    @Override
    DataSource migrated() {
        pool.setJdbcUrl(PostgresServer.newDatabase());
        pool.setUsername("postgres");
        pool.setMaximumPoolSize(20);
        SchemaHistory.POSTGRESQL.of(pool).migrate();
        return pool;
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}
