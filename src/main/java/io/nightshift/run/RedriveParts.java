package io.nightshift.run;

import io.nightshift.ledger.RunSearch;
import javax.sql.DataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** What every redrive works with. */
record RedriveParts(
        AttemptParts attempt,
        RunPublisher publisher,
        RunSearch search,
        TransactionTemplate transactions,
        DataSource results) {

    Ledgers ledgers() {
        return attempt.ledgers();
    }
}
