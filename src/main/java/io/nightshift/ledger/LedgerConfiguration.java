package io.nightshift.ledger;

import io.nightshift.database.DatabaseRoles;
import io.nightshift.database.LedgerDatabases;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What keeps the record of runs in the databases with a role. */
@Configuration(proxyBeanMethods = false)
public class LedgerConfiguration {

    @Bean
    RunLedger runLedger(LedgerDatabases databases, Clock clock) {
        return new RunLedger(databases.metadata().jdbc(), databases.metadata().transactions(), clock);
    }

    @Bean
    WaitingRuns waitingRuns(LedgerDatabases databases, RunLedger runs, Clock clock) {
        return new WaitingRuns(
                runs, databases.metadata().jdbc(), databases.metadata().transactions(), clock);
    }

    @Bean
    RetentionLedger retentionLedger(LedgerDatabases databases, RunLedger runs, Clock clock) {
        return new RetentionLedger(
                databases.metadata().jdbc(), databases.metadata().transactions(), runs, clock);
    }

    @Bean
    Leases leases(LedgerDatabases databases, DatabaseRoles roles) {
        return new Leases(databases.metadata(), roles.lease(), databases.exclusive());
    }

    @Bean
    ChunkLedger chunkLedger(LedgerDatabases databases, Clock clock) {
        return new ChunkLedger(databases.results().jdbc(), clock);
    }

    @Bean
    PublicationLedger publicationLedger(LedgerDatabases databases) {
        return new PublicationLedger(databases.results().jdbc());
    }

    @Bean
    RunDetails runDetails(LedgerDatabases databases) {
        return new RunDetails(databases.metadata().jdbc(), databases.metadata().transactions());
    }

    @Bean
    RunSearch runSearch(LedgerDatabases databases, PublicationLedger publications) {
        return new RunSearch(databases.metadata().jdbc(), publications);
    }
}
