package io.nightshift.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.Clock;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The embedded database, brought to its version, and what keeps the record of runs in it. */
@Configuration(proxyBeanMethods = false)
public class LedgerConfiguration {

    private static final String SCHEMA_HISTORY = "nightshift_schema_history";

    /** One connection per worker, one for each of the run's own moves, progress and a reserve. */
    private static final int RESERVED_CONNECTIONS = 4;

    @Bean
    DataSource dataSource(Home home) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("nightshift");
        // Every commit is written to the file before it returns: a committed chunk survives a killed process.
        pool.setJdbcUrl("jdbc:h2:file:" + home.database() + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        pool.setUsername("nightshift");
        pool.setPassword("");
        pool.setMaximumPoolSize(Runtime.getRuntime().availableProcessors() * 2 + RESERVED_CONNECTIONS);
        pool.setMinimumIdle(1);
        pool.setInitializationFailTimeout(-1);
        HikariDataSource dataSource = new HikariDataSource(pool);
        migrate(dataSource, home);
        return dataSource;
    }

    private static void migrate(HikariDataSource dataSource, Home home) {
        try {
            Flyway.configure()
                    .dataSource(dataSource)
                    .locations("classpath:db/migration/h2")
                    .table(SCHEMA_HISTORY)
                    .cleanDisabled(true)
                    // A database that a newer version has migrated is refused, too.
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            dataSource.close();
            throw new NightshiftException(
                    FailureCode.HOME_INCOMPATIBLE,
                    "the database in " + home.directory() + " does not fit this version of Nightshift: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("migration failed")
                            + "; nothing was changed. Use the version that wrote it, or another home with --home",
                    e);
        }
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    TransactionTemplate transactionTemplate(PlatformTransactionManager transactionManager) {
        return new TransactionTemplate(transactionManager);
    }

    @Bean
    JdbcClient jdbcClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    @Bean
    RunLedger runLedger(JdbcClient jdbcClient, TransactionTemplate transactionTemplate, Clock clock) {
        return new RunLedger(jdbcClient, transactionTemplate, clock);
    }

    @Bean
    ChunkLedger chunkLedger(JdbcClient jdbcClient, Clock clock) {
        return new ChunkLedger(jdbcClient, clock);
    }

    @Bean
    RunDetails runDetails(JdbcClient jdbcClient) {
        return new RunDetails(jdbcClient);
    }

    @Bean
    RunSearch runSearch(JdbcClient jdbcClient) {
        return new RunSearch(jdbcClient);
    }
}
