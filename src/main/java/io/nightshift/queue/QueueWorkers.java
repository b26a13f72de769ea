package io.nightshift.queue;

import io.nightshift.failure.Causes;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunControl;
import io.nightshift.run.RunLauncher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a process that take runs from the queue and work on them to their end, one run each. Closing stops the intake, asks the
 * runs in hand to stop after their chunk and waits so long as the grace allows: they wait in the queue again, for whatever process is
 * next. Those that take longer are left to die with the process, and recovered by another.
 */
public final class QueueWorkers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueWorkers.class);

    /** How long a worker sleeps at most: other processes submit without a signal to this one. */
    private static final long LOOK_MILLIS = 1000;

    private final Admission admission;
    private final Settlement settlement;
    private final RunLauncher launcher;
    private final RunLedger runs;
    private final QueueLimits limits;
    private final QueueSignal signal;
    private final NodeKeeper node;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final WorkInHand inHand;
    private final Set<RunId> unsettled = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    QueueWorkers(
            Admission admission,
            Settlement settlement,
            RunLauncher launcher,
            RunLedger runs,
            QueueLimits limits,
            NodeKeeper node,
            Shared shared) {
        this.admission = admission;
        this.settlement = settlement;
        this.launcher = launcher;
        this.runs = runs;
        this.limits = limits;
        this.node = node;
        this.signal = shared.signal();
        this.inHand = shared.inHand();
    }

    /** What workers share with others of their process. */
    record Shared(QueueSignal signal, WorkInHand inHand) {}

    /** Starts the threads. To be called once. */
    public void start() {
        for (int i = 1; i <= limits.workers(); i++) {
            startWorker("nightshift-worker-" + i);
        }
    }

    /** An error that ends a worker must not leave the queue without one. */
    private void startWorker(String name) {
        Thread worker = new Thread(this::workUntilClosed, name);
        worker.setUncaughtExceptionHandler((ended, cause) -> {
            LOG.error("{} ended; another takes its place", name, cause);
            if (!closing) {
                startWorker(name);
            }
        });
        threads.add(worker);
        worker.start();
    }

    /** What this process works on now, with its progress. */
    public Map<RunId, RunControl> inHand() {
        return inHand.now();
    }

    private void workUntilClosed() {
        while (!closing) {
            long mark = signal.mark();
            try {
                Set.copyOf(unsettled).forEach(this::settle);
                Optional<RunRecord> taken = node.idleReason() == null ? admission.take() : Optional.empty();
                if (taken.isPresent()) {
                    work(taken.get());
                } else {
                    signal.await(mark, LOOK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // Its database is away, as a rule. What was taken is held by its lease, and found when that is out.
                LOG.warn("the queue cannot be worked on now: {}", e.getMessage(), e);
                pause(mark);
            }
        }
    }

    private void pause(long mark) {
        try {
            signal.await(mark, LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(RunRecord run) {
        RunControl control = new RunControl();
        inHand.begin(run.id(), control);
        try {
            if (closing) {
                control.requestStop("the service ends");
            }
            launcher.work(run, node.name(), control);
        } catch (RuntimeException e) {
            endRefused(run, e);
        } finally {
            inHand.end(run.id());
        }
        Failpoint.RUN_ENDED.pass();
        settle(run.id());
        signal.changed();
    }

    /** What has ended keeps its places until it is settled: where that fails, it is tried again before the next run. */
    private void settle(RunId run) {
        unsettled.add(run);
        settlement.settle(run);
        unsettled.remove(run);
    }

    /** A run that was taken and could not even be begun must not stay queued for ever. */
    private void endRefused(RunRecord run, RuntimeException cause) {
        LOG.error("run={} ended without a record of its end: {}", run.id(), cause.getMessage(), cause);
        RunRecord now = runs.get(run.id());
        if (now.state() == RunState.STOPPING && now.token() == run.token() && now.owner() == null) {
            runs.end(run, RunState.STOPPED, now.rows(), null, node.name());
        } else if (now.state() == RunState.QUEUED && now.token() == run.token()) {
            RunFailure failure = Causes.known(cause)
                    .map(known -> new RunFailure(known.code(), String.valueOf(known.getMessage()), known.where()))
                    .orElseGet(() -> new RunFailure(FailureCode.DEFECT, String.valueOf(cause), null));
            runs.end(run, RunState.FAILED, RowCounts.NONE, failure, node.name());
        }
    }

    @Override
    public void close() {
        closing = true;
        inHand.now().values().forEach(control -> control.requestStop("the service ends"));
        signal.changed();
        long until = System.nanoTime() + limits.grace().toNanos();
        for (Thread worker : threads) {
            try {
                worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        Set<RunId> left = inHand.now().keySet();
        if (!left.isEmpty()) {
            LOG.warn("runs {} did not stop within {}; another process recovers them", left, text(limits.grace()));
        }
    }

    private static String text(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
