package io.nightshift.run;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.ledger.RunSearch;

/** What every redrive works with. */
record RedriveParts(AttemptParts attempt, RunPublisher publisher, RunSearch search, LedgerDatabases databases) {

    LedgerDatabase results() {
        return databases.results();
    }

    Ledgers ledgers() {
        return attempt.ledgers();
    }
}
