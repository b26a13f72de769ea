package io.nightshift.backfill;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.registry.ModelReference;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the runs of backfills in a process that serves, so many that twice those that may be at work are in the queue. All
 * that it knows is in the tables: whichever process goes on, and after whatever end, each date is submitted once, for its row
 * changes in the transaction that makes its run. Owns its thread; to be started once.
 */
public final class BackfillKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackfillKeeper.class);

    private static final long LOOK_MILLIS = 500;
    private static final long CLOSING_SECONDS = 5;
    /** Dates that are looked at before the next backfill has its turn. */
    private static final int MOST_AT_ONCE = 500;

    private static final int QUEUED_PER_PARALLEL = 2;

    private final BackfillTable table;
    private final BackfillRuns runs;
    private final NodeKeeper node;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread keeper = new Thread(work, "nightshift-backfills");
        keeper.setDaemon(true);
        return keeper;
    });

    BackfillKeeper(
            BackfillTable table, BackfillRuns runs, NodeKeeper node, TransactionTemplate transactions, Clock clock) {
        this.table = table;
        this.runs = runs;
        this.node = node;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Begins. */
    public void start() {
        thread.scheduleWithFixedDelay(this::lookSafely, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            if (node.idleReason() == null) {
                look();
            }
        } catch (RuntimeException e) {
            LOG.warn("backfills cannot be worked on now: {}", e.getMessage(), e);
        }
    }

    /** Takes every backfill a step further. */
    void look() {
        for (long id : table.active()) {
            try {
                table.find(id).ifPresent(this::step);
            } catch (RuntimeException e) {
                LOG.warn("backfill={} cannot be worked on now: {}", id, e.getMessage(), e);
            }
        }
    }

    private void step(Backfill backfill) {
        if (backfill.state() == BackfillState.STOPPED) {
            // One that was just being taken when the backfill was stopped.
            runs.stop(backfill.id(), "backfill " + backfill.id());
            return;
        }
        int room = room(backfill);
        if (room > 0) {
            List<BackfillRuns.Decision> decisions = decide(backfill, room);
            if (!decisions.isEmpty()) {
                transactions.executeWithoutResult(status -> submit(backfill.id(), decisions));
            }
        }
        if (table.waiting(backfill.id(), 1).isEmpty() && runs.active(backfill.id()) == 0) {
            transactions.executeWithoutResult(status -> end(backfill.id()));
        }
    }

    private int room(Backfill backfill) {
        return Math.min(
                QUEUED_PER_PARALLEL * backfill.request().parallel() - runs.active(backfill.id()),
                runs.room(backfill.request()));
    }

    /** Before the transaction that submits: a model's files may take seconds to read. */
    private List<BackfillRuns.Decision> decide(Backfill backfill, int room) {
        List<BackfillTable.WaitingDate> waiting = table.waiting(backfill.id(), MOST_AT_ONCE);
        if (waiting.isEmpty()) {
            return List.of();
        }
        BackfillTable.KeptJob kept = table.job(backfill.id());
        JobFile file = JobFile.parse(kept.file(), kept.text());
        Map<ModelReference, Map<String, String>> models = new HashMap<>();
        List<BackfillRuns.Decision> decisions = new ArrayList<>();
        int submissions = 0;
        for (BackfillTable.WaitingDate date : waiting) {
            BackfillRuns.Decision decision = runs.decide(backfill.request(), file, date, models);
            decisions.add(decision);
            if (decision instanceof BackfillRuns.Launch || decision instanceof BackfillRuns.Restart) {
                submissions++;
            }
            if (submissions == room) {
                break;
            }
        }
        return decisions;
    }

    private void submit(long id, List<BackfillRuns.Decision> decisions) {
        Backfill backfill = table.lock(id)
                .filter(now -> now.state() == BackfillState.RUNNING)
                .orElse(null);
        if (backfill == null) {
            return;
        }
        int room = room(backfill);
        for (BackfillRuns.Decision decision : decisions) {
            boolean makesRun = decision instanceof BackfillRuns.Launch || decision instanceof BackfillRuns.Restart;
            // Another process may have gone on with the same dates.
            if (makesRun && room <= 0 || !table.take(id, decision.date())) {
                continue;
            }
            if (makesRun) {
                room--;
            }
            submit(backfill, decision);
        }
    }

    private void submit(Backfill backfill, BackfillRuns.Decision decision) {
        long id = backfill.id();
        if (decision instanceof BackfillRuns.Launch launch) {
            try {
                table.moved(id, launch.date(), "SUBMITTED", "", runs.submit(id, backfill.request(), launch));
            } catch (NightshiftException e) {
                if (e.code() == FailureCode.QUEUE_FULL) {
                    // The date is submitted with the next look, as if this one had not been.
                    throw e;
                }
                table.moved(id, launch.date(), "REFUSED", e.code() + ": " + e.getMessage(), null);
            }
        } else if (decision instanceof BackfillRuns.Restart restart) {
            table.moved(id, restart.date(), "SUBMITTED", "", runs.submit(id, backfill.request(), restart));
        } else if (decision instanceof BackfillRuns.Adopt adopt) {
            table.moved(id, adopt.date(), "SUBMITTED", adopt.reason(), adopt.run());
        } else if (decision instanceof BackfillRuns.Skip skip) {
            table.moved(id, skip.date(), "SKIPPED", skip.reason(), null);
        } else if (decision instanceof BackfillRuns.Refuse refuse) {
            table.moved(id, refuse.date(), "REFUSED", refuse.reason(), null);
        }
    }

    private void end(long id) {
        table.lock(id)
                .filter(now -> now.state() == BackfillState.RUNNING)
                .filter(now -> now.count(BackfillDate.State.WAITING)
                                + now.count(BackfillDate.State.QUEUED)
                                + now.count(BackfillDate.State.RUNNING)
                        == 0)
                .ifPresent(now -> {
                    int notDone = now.count(BackfillDate.State.FAILED) + now.count(BackfillDate.State.STOPPED);
                    BackfillState state = notDone == 0 ? BackfillState.COMPLETED : BackfillState.FAILED;
                    table.state(
                            id,
                            state,
                            notDone == 0 ? "" : notDone + " of " + now.dates() + " dates are not done",
                            clock.instant());
                    LOG.info("backfill={} state={}", id, state);
                });
    }

    /** Waits a while for the submissions in hand. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a backfill is still being looked at; the next process goes on with it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
