package io.nightshift.run;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what a dead process left. Runs when a home is opened: the home's lock proves that no other process works in it,
 * so every active run has lost its owner. Such a run becomes FAILED and can be restarted; a manifest that was published
 * in the database but not yet renamed is renamed now. Repeating it changes nothing.
 */
final class CrashRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(CrashRecovery.class);

    private static final String RECOVERY = "recovery";

    private final Ledgers ledgers;
    private final RunPublisher publisher;

    CrashRecovery(Ledgers ledgers, RunPublisher publisher) {
        this.ledgers = ledgers;
        this.publisher = publisher;
    }

    void recover() {
        for (RunRecord run : ledgers.runs().active()) {
            RowCounts rows = ledgers.chunks().committedRows(run.id());
            RunFailure failure = new RunFailure(
                    FailureCode.OWNER_LOST,
                    "the process that worked on the run (" + run.owner() + ") ended without finishing it; "
                            + rows.read() + " rows in "
                            + ledgers.chunks().committedChunks(run.id())
                            + " chunks are committed and kept. `nightshift restart " + run.id() + "` goes on",
                    null);
            ledgers.runs().end(run, RunState.FAILED, rows, failure, RECOVERY);
            LOG.warn("run={} state=FAILED code=OWNER_LOST owner={}", run.id(), run.owner());
        }
        publisher.finishPending();
    }
}
