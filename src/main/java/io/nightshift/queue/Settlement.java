package io.nightshift.queue;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.WaitingRuns;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a taken run once it has ended: it is done with, or waits for another attempt, because its failure may pass
 * by itself, its process died, or its process was told to end. Repeating it changes nothing, and of several processes that
 * try, one does it. Thread-safe.
 */
final class Settlement {

    /** A run whose processes keep dying is likely what kills them. */
    static final int MOST_LOSSES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final String WHO = "queue";

    private final QueueTable table;
    private final RunLedger runs;
    private final WaitingRuns waitingRuns;
    private final List<RunEndings> endings;
    private final Clock clock;
    private final DoubleSupplier random;

    /** @param random spreads the pauses before another try; from 0 to below 1 */
    Settlement(
            QueueTable table,
            RunLedger runs,
            WaitingRuns waitingRuns,
            List<RunEndings> endings,
            Clock clock,
            DoubleSupplier random) {
        this.table = table;
        this.runs = runs;
        this.waitingRuns = waitingRuns;
        this.endings = List.copyOf(endings);
        this.clock = clock;
        this.random = random;
    }

    /** Settles every taken run that has ended. */
    void settleAll() {
        table.ended().forEach(this::settle);
    }

    void settle(RunId id) {
        table.transactions().executeWithoutResult(status -> table.lock(id)
                .filter(queued -> !queued.waiting())
                .ifPresent(queued -> {
                    RunRecord run = runs.get(id);
                    switch (run.state()) {
                        case COMPLETED -> done(run);
                        case STOPPED -> stopped(run);
                        case FAILED -> failed(queued, run);
                        case QUEUED, RUNNING, STOPPING, REDRIVING -> {
                            // Somebody works on it again.
                        }
                    }
                }));
    }

    private void stopped(RunRecord run) {
        if (table.endedUnasked(run)) {
            again(run, "its process was told to end, another attempt goes on", id -> table.waitAgain(id, false));
        } else {
            done(run);
        }
    }

    private void failed(QueuedRun queued, RunRecord run) {
        RunFailure failure = run.failure();
        FailureCode code = failure == null ? FailureCode.DEFECT : failure.code();
        if (code == FailureCode.OWNER_LOST || code == FailureCode.LEASE_LOST) {
            if (queued.losses() < MOST_LOSSES) {
                endings.forEach(hearer -> hearer.recovered(run));
                again(run, "its process died, another attempt goes on", id -> table.waitAgain(id, true));
                return;
            }
        } else if (code.retryable() && queued.tries() < queued.retry().attempts()) {
            Instant next = clock.instant().plus(queued.retry().pause(queued.tries(), random.getAsDouble()));
            again(
                    run,
                    "try " + queued.tries() + " of " + queued.retry().attempts() + " failed with " + code
                            + ", which may pass by itself; the next is due at " + next,
                    id -> table.waitForNextTry(id, next));
            return;
        }
        done(run);
    }

    private void again(RunRecord run, String why, Consumer<RunId> waits) {
        if (waitingRuns.reopen(run, WHO, why)) {
            waits.accept(run.id());
            LOG.info("run={} state=QUEUED: {}", run.id(), why);
        }
    }

    private void done(RunRecord run) {
        table.remove(run.id());
        endings.forEach(hearer -> hearer.ended(run));
    }
}
