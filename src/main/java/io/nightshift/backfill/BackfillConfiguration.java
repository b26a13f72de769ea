package io.nightshift.backfill;

import io.nightshift.database.LedgerDatabases;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunSearch;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.RunQueue;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Backfills over the metadata database. What works on them is made only where a process serves. */
@Configuration(proxyBeanMethods = false)
public class BackfillConfiguration {

    @Bean
    BackfillTable backfillTable(LedgerDatabases databases) {
        return new BackfillTable(databases.metadata());
    }

    @Bean
    BackfillRuns backfillRuns(RunQueue queue, RunLedger runs, RunSearch search) {
        return new BackfillRuns(queue, runs, search);
    }

    @Bean
    Backfills backfills(BackfillTable table, BackfillRuns runs, LedgerDatabases databases, Clock clock) {
        return new Backfills(table, runs, databases.metadata().transactions(), clock);
    }

    @Bean
    @Lazy
    BackfillKeeper backfillKeeper(
            BackfillTable table, BackfillRuns runs, NodeKeeper node, LedgerDatabases databases, Clock clock) {
        return new BackfillKeeper(table, runs, node, databases.metadata().transactions(), clock);
    }
}
