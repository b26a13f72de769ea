package io.nightshift.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.PostgresServer;
import io.nightshift.database.SchemaHistory;
import javax.sql.DataSource;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

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

    @Test
    void refusesADatabaseOfANewerVersion() {
        JdbcClient.create(pool)
                .sql("insert into nightshift_schema_history values (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x',"
                        + " current_timestamp, 1, true)")
                .update();
        assertThatThrownBy(() -> SchemaHistory.POSTGRESQL.of(pool).migrate())
                .isInstanceOf(FlywayValidateException.class)
                .hasMessageContaining("99");
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}
