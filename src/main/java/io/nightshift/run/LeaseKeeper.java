package io.nightshift.run;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.ledger.Leases;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run's lease while an attempt works, in a thread of its own, three times in the time of a lease; and as often, in another
 * thread, looks for runs that others have lost: to recover one may take long, and must not cost this one its lease. An attempt whose
 * lease was taken over is told to end, and so is one that somebody, in whatever process, asked to stop. A database that cannot be reached takes no lease away by itself: whether the run is still ours,
 * the next renewal or commit finds out. Where one process alone holds the metadata, there is no lease to keep.
 */
final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private static final int RENEWALS = 3;
    private static final long LOOK_FOR_STOP_MILLIS = 1000;

    private final Ledgers ledgers;
    private final CrashRecovery recovery;
    private final RunRecord run;
    private final RunControl control;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3, work -> {
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
        recovery.hold(run);
        try {
            keeper.begin();
        } catch (RuntimeException | Error e) {
            // As where no thread can be started: nobody may keep the lease of a run that has no worker.
            keeper.close();
            throw e;
        }
        return keeper;
    }

    private void begin() {
        Leases leases = ledgers.leases();
        threads.scheduleWithFixedDelay(
                this::heedStop, LOOK_FOR_STOP_MILLIS, LOOK_FOR_STOP_MILLIS, TimeUnit.MILLISECONDS);
        if (!leases.exclusive()) {
            long pause = leases.duration().toMillis() / RENEWALS;
            threads.scheduleWithFixedDelay(this::beat, 0, pause, TimeUnit.MILLISECONDS);
            threads.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
        }
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

    private void heedStop() {
        try {
            if (control.stopReason() == null && ledgers.runs().get(run.id()).state() == RunState.STOPPING) {
                control.requestStop("a stop was asked for");
            }
        } catch (RuntimeException e) {
            LOG.warn("run={} cannot look for a stop now: {}", run.id(), DatabaseFailure.message(e));
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
        recovery.letGo(run);
    }
}
