package io.nightshift.queue;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.ComputeDefinition;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.ledger.WaitingRuns;
import io.nightshift.run.ActiveKey;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunLauncher;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where runs wait for a process that works on them. What is submitted is kept in the metadata database and survives every
 * process; which run is taken next is decided by {@link Admission}. Every call is one transaction, or part of the caller's.
 * Thread-safe; any process may call it, whether it has workers or not.
 */
public final class RunQueue {

    /** The priority of the runs that are taken first. */
    public static final int LARGEST_PRIORITY = 1000;

    private static final int MOST_SHOWN = 1000;

    private final QueueTable table;
    private final RunLedger runs;
    private final WaitingRuns waitingRuns;
    private final WaitingReasons reasons;
    private final QueueLimits limits;
    private final QueueSignal signal;
    private final Clock clock;

    RunQueue(
            QueueTable table,
            RunLedger runs,
            WaitingRuns waitingRuns,
            WaitingReasons reasons,
            QueueLimits limits,
            QueueSignal signal,
            Clock clock) {
        this.table = table;
        this.runs = runs;
        this.waitingRuns = waitingRuns;
        this.reasons = reasons;
        this.limits = limits;
        this.signal = signal;
        this.clock = clock;
    }

    /**
     * Makes a run wait. One that a person asks for holds its job and parameters at once; others wait behind each other.
     *
     * @throws NightshiftException ALREADY_RUNNING for what is asked for by hand, MODEL_UNKNOWN, QUEUE_FULL; nothing was submitted
     */
    public RunRecord submit(Submission wanted, String who) {
        RunLedger.NewRun run = RunLauncher.newRun(wanted.job(), wanted.logicalDate(), wanted.tags());
        requirePriority(wanted.priority());
        return call(run.activeKey(), () -> {
            requireRoom(wanted.job().name().value(), 0);
            RunRecord queued = waitingRuns.create(
                    run, who, "submitted by " + wanted.origin().words());
            if (wanted.origin().kind() == Origin.Kind.API) {
                waitingRuns.hold(queued.id(), run.activeKey());
            }
            table.add(row(queued.id(), wanted, run.activeKey()));
            return queued;
        });
    }

    /**
     * Makes a failed or stopped run wait for its next attempt.
     *
     * @throws NightshiftException STATE_CONFLICT, ALREADY_RUNNING, QUEUE_FULL; nothing was changed
     */
    public RunRecord restart(RunRecord run, String who) {
        Submission again =
                Submission.byHand(RecordedJob.of(run), run.logicalDate(), run.tags(), who, Submission.DEFAULT_PRIORITY);
        return restart(run, again, who);
    }

    /**
     * The same for whoever wants the attempt, with its priority, retries and limits.
     *
     * @param again of the run's own job and parameters
     * @throws NightshiftException STATE_CONFLICT, ALREADY_RUNNING, QUEUE_FULL; nothing was changed
     */
    public RunRecord restart(RunRecord run, Submission again, String who) {
        run.requireResults();
        if (run.state().active()) {
            throw new NightshiftException(
                    FailureCode.ALREADY_RUNNING,
                    "run " + run.id() + " is active already: attempt " + run.attempt() + " is " + run.state()
                            + "; nothing was started");
        }
        if (!run.state().restartable()) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " is " + run.state() + "; only FAILED and STOPPED runs can be restarted");
        }
        String key = ActiveKey.of(run.job(), run.parameters());
        return call(key, () -> {
            requireRoom(run.job().value(), 0);
            // In the order in which an attempt that has just ended is settled.
            table.lock(run.id());
            if (!waitingRuns.reopen(run, who, "restarted")) {
                throw new NightshiftException(
                        FailureCode.STATE_CONFLICT,
                        "run " + run.id() + " was changed by somebody else; look at it again. Nothing was changed");
            }
            if (again.origin().kind() == Origin.Kind.API) {
                waitingRuns.hold(run.id(), key);
            }
            table.remove(run.id());
            table.add(row(run.id(), again, key));
            return runs.get(run.id());
        });
    }

    /**
     * Asks for the end of a run: one that waits is STOPPED at once; one that a process has taken, whatever process and however far it
     * is, becomes STOPPING and ends after the chunks in hand, or before the first.
     *
     * @throws NightshiftException STATE_CONFLICT where the run neither waits nor is worked on
     */
    public void stop(RunRecord run, String who, String why) {
        if (end(run, who, why).isEmpty()) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " is " + runs.get(run.id()).state()
                            + "; only runs that wait or run can be stopped");
        }
        signal.changed();
    }

    /**
     * The same for callers to whom it is no error that there is nothing to end.
     *
     * @return what the run is now, STOPPED or STOPPING; empty where it neither waits nor is worked on
     */
    public Optional<RunState> end(RunRecord run, String who, String why) {
        return end(run, who, why, Set.of(RunState.QUEUED, RunState.RUNNING, RunState.STOPPING));
    }

    /** A run that moves between a look and a try is looked at again. */
    private Optional<RunState> end(RunRecord run, String who, String why, Set<RunState> from) {
        RunRecord now = runs.get(run.id());
        while (from.contains(now.state())) {
            if (cancel(now, who, why)) {
                return Optional.of(RunState.STOPPED);
            }
            if (now.state() == RunState.STOPPING || runs.requestStop(now, who, why)) {
                return Optional.of(RunState.STOPPING);
            }
            now = runs.get(run.id());
        }
        return Optional.empty();
    }

    /** Takes a run that waits out of the queue: it is STOPPED. Returns false where it waits no longer. */
    public boolean cancel(RunRecord run, String who, String why) {
        return Boolean.TRUE.equals(table.transactions().execute(status -> {
            boolean cancelled = waitingRuns.cancel(run, who, why);
            if (cancelled) {
                table.remove(run.id());
            }
            return cancelled;
        }));
    }

    /**
     * Takes a run that waits out of the queue because a person wants it. One that a process has just taken and not begun ends before its
     * first chunk.
     *
     * @return the run, STOPPED or STOPPING
     * @throws NightshiftException STATE_CONFLICT where it is worked on already, or has ended
     */
    public RunRecord cancelWaiting(RunRecord run, String who, String why) {
        if (end(run, who, why, Set.of(RunState.QUEUED)).isEmpty()) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " does not wait, it is "
                            + runs.get(run.id()).state()
                            + "; nothing was changed. `nightshift stop` stops one that runs");
        }
        signal.changed();
        return runs.get(run.id());
    }

    /**
     * Refuses what would make more runs wait than may.
     *
     * @param freed so many of those that wait go away before
     * @throws NightshiftException QUEUE_FULL
     */
    public void requireRoom(String job, int freed) {
        QueueTable.Waiting now = table.countWaiting(job);
        int waiting = now.all() - freed;
        if (waiting >= limits.mostWaiting()) {
            throw full(waiting + " runs wait, and queue.most_waiting allows " + limits.mostWaiting());
        }
        int ofJob = now.ofJob() - freed;
        if (ofJob >= limits.mostWaitingPerJob()) {
            throw full(ofJob + " runs of job " + job + " wait, and queue.most_waiting_per_job allows "
                    + limits.mostWaitingPerJob());
        }
    }

    private static NightshiftException full(String what) {
        return new NightshiftException(
                FailureCode.QUEUE_FULL,
                what + "; nothing was submitted. Try again when some of them have been taken, or cancel some:"
                        + " `nightshift queue` shows what waits and why");
    }

    /** How many more runs of a job may wait now. */
    public int room(String job) {
        QueueTable.Waiting now = table.countWaiting(job);
        return Math.max(0, Math.min(limits.mostWaiting() - now.all(), limits.mostWaitingPerJob() - now.ofJob()));
    }

    /** The runs of an origin that are not done with: they wait, for their first or another attempt, or are worked on. */
    public List<ActiveRun> active(Origin origin) {
        return table.of(origin);
    }

    /** Runs that were not taken in the time that their submission allowed, and wait still. */
    public List<ActiveRun> overdue() {
        return table.overdue(clock.instant());
    }

    /**
     * Gives another place to a run that waits.
     *
     * @param priority 0 to 1000; those of a higher one are taken first
     * @throws NightshiftException STATE_CONFLICT where it waits no longer
     */
    public void prioritise(RunId run, int priority) {
        requirePriority(priority);
        if (table.prioritise(run, priority) == 0) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run + " does not wait, it is " + runs.get(run).state() + "; nothing was changed");
        }
    }

    /** How many runs wait. */
    public int countWaiting() {
        return table.countWaiting();
    }

    /** The runs that wait, at most a thousand, in the order in which they would be taken, each with why it waits. */
    public List<WaitingRun> waiting() {
        WaitingReasons.Moment now = reasons.at(clock.instant());
        List<WaitingRun> waiting = new ArrayList<>();
        for (QueuedRun run : table.waiting(MOST_SHOWN)) {
            int place = waiting.size() + 1;
            waiting.add(new WaitingRun(
                    place,
                    run.run(),
                    run.job(),
                    run.origin(),
                    run.priority(),
                    run.submittedAt(),
                    run.notBefore(),
                    run.startBefore(),
                    now.of(run, place)));
        }
        return waiting;
    }

    private QueuedRun row(RunId run, Submission wanted, String activeKey) {
        ComputeDefinition.Device device = wanted.job().compute().device();
        return new QueuedRun(
                run,
                wanted.job().name().value(),
                wanted.origin(),
                true,
                wanted.priority(),
                clock.instant(),
                null,
                wanted.startBefore(),
                device.kind().name().toLowerCase(Locale.ROOT),
                wanted.job().compute().runs() == 0
                        ? limits.runsPerJob()
                        : wanted.job().compute().runs(),
                wanted.parallel(),
                activeKey,
                0,
                wanted.retry(),
                0);
    }

    private RunRecord call(String activeKey, Supplier<RunRecord> work) {
        try {
            RunRecord run = part().execute(status -> work.get());
            signal.changed();
            return Objects.requireNonNull(run);
        } catch (DuplicateKeyException taken) {
            throw runs.alreadyRunning(activeKey, taken);
        }
    }

    /**
     * A transaction, or a part of the caller's that is undone alone: in PostgreSQL, whoever holds the key could not be looked up
     * after it was refused.
     */
    private TransactionTemplate part() {
        TransactionTemplate part = new TransactionTemplate(
                Objects.requireNonNull(table.transactions().getTransactionManager()));
        part.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        return part;
    }

    private static void requirePriority(int priority) {
        if (priority < 0 || priority > LARGEST_PRIORITY) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "priority " + priority + " is not allowed; it is a number from 0 to " + LARGEST_PRIORITY
                            + ". Nothing was changed");
        }
    }
}
