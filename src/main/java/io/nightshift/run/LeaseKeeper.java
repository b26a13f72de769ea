package io.nightshift.run;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.ledger.Leases;
import io.nightshift.ledger.RunRecord;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run's lease while an attempt works, in a thread of its own, three times in the time of a lease; and as often, in another
 * thread, looks for runs that others have lost: to recover one may take long, and must not cost this one its lease. An attempt whose
 * lease was taken over is told to end. A database that cannot be reached takes no lease away by itself: whether the run is still ours,
 * the next renewal or commit finds out. Where one process alone holds the metadata, there is nothing to keep.
 */
final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private static final int RENEWALS = 3;

    private final Ledgers ledgers;
    private final CrashRecovery recovery;
    private final RunRecord run;
    private final RunControl control;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread keeper = new Thread(work, "nightshift-lease");
        keeper.setDaemon(true);
        return keeper;
    });

    private LeaseKeeper(Ledgers ledgers, CrashRecovery recovery, RunRecord run, RunControl control) {
        this.ledgers = ledgers;
        this.recovery = recovery;
        this.run = run;
        this.control = control;
    }

    static LeaseKeeper start(Ledgers ledgers, CrashRecovery recovery, RunRecord run, RunControl control) {
        LeaseKeeper keeper = new LeaseKeeper(ledgers, recovery, run, control);
        Leases leases = ledgers.leases();
        if (!leases.exclusive()) {
            long pause = leases.duration().toMillis() / RENEWALS;
            keeper.threads.scheduleWithFixedDelay(keeper::beat, 0, pause, TimeUnit.MILLISECONDS);
            keeper.threads.scheduleWithFixedDelay(keeper::look, pause, pause, TimeUnit.MILLISECONDS);
        }
        return keeper;
    }

    private void beat() {
        Leases leases = ledgers.leases();
        try {
            // A run that has just ended is not to be renewed either, and is nobody else's.
            if (!leases.renew(run) && ledgers.runs().get(run.id()).token() != run.token()) {
                control.failed(new NightshiftException(
                        FailureCode.LEASE_LOST,
                        "this process gave no sign for " + leases.duration().toSeconds()
                                + " seconds, and another took over run " + run.id()));
            }
        } catch (RuntimeException e) {
            LOG.warn("run={} the lease cannot be renewed now: {}", run.id(), DatabaseFailure.message(e));
        }
    }

    private void look() {
        try {
            recovery.recover();
        } catch (RuntimeException e) {
            LOG.warn("run={} cannot look for lost runs now: {}", run.id(), DatabaseFailure.message(e));
        }
    }

    /** Ends the renewals, without waiting for one that has begun: it can prolong what has ended by nothing. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
