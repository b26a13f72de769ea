package io.nightshift.run;

import io.nightshift.database.LedgerDatabases;
import io.nightshift.ledger.RunSearch;
import javax.sql.DataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** What every redrive works with. */
record RedriveParts(AttemptParts attempt, RunPublisher publisher, RunSearch search, LedgerDatabases databases) {

    TransactionTemplate transactions() {
        return databases.results().transactions();
    }

    DataSource results() {
        return databases.results().dataSource();
    }

    Ledgers ledgers() {
        return attempt.ledgers();
    }
}
