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
 * so every active run has lost its owner. Such a run becomes FAILED and can be restarted, or, where it was complete
 * and being redriven, is COMPLETED as before; a manifest that was published
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
            if (run.state() == RunState.REDRIVING) {
                giveUpRedrive(run);
                continue;
            }
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
        publisher.settleDue();
        publisher.finishPending();
    }

    /** All that a redrive writes for readers is one transaction, which ended with its process. */
    private void giveUpRedrive(RunRecord run) {
        publisher.dropRedrive(run);
        ledgers.runs()
                .redriveGivenUp(
                        run,
                        RECOVERY,
                        "the process that redrove the run (" + run.owner()
                                + ") ended without finishing it; the run is as it was before");
        LOG.warn("run={} state=COMPLETED redrive given up code=OWNER_LOST owner={}", run.id(), run.owner());
    }
}
