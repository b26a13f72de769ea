package io.nightshift.schedule;

import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.ActiveRun;
import io.nightshift.queue.Origin;
import io.nightshift.queue.RunQueue;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives up runs that waited beyond {@code start_within}, and tells once of fires whose {@code finish_by} has passed. Thread-safe. */
final class RunWatch {

    private static final int MOST_DEADLINES = 1000;

    private final HandOver.Tables tables;
    private final RunQueue queue;
    private final RunLedger runs;
    private final ScheduleAlerts alerts;
    private final TransactionTemplate transactions;
    private final Clock clock;

    RunWatch(
            HandOver.Tables tables,
            RunQueue queue,
            RunLedger runs,
            ScheduleAlerts alerts,
            TransactionTemplate transactions,
            Clock clock) {
        this.tables = tables;
        this.queue = queue;
        this.runs = runs;
        this.alerts = alerts;
        this.transactions = transactions;
        this.clock = clock;
    }

    void giveUpOverdue() {
        for (ActiveRun overdue : queue.overdue()) {
            transactions.executeWithoutResult(status -> giveUp(overdue));
        }
    }

    private void giveUp(ActiveRun overdue) {
        boolean scheduled = overdue.origin().kind() == Origin.Kind.SCHEDULE;
        if (scheduled) {
            // In the order of a hand-over, which holds its schedule's row when it cancels a run.
            tables.schedules().lock(overdue.origin().name());
        }
        RunRecord run = runs.get(overdue.run());
        String why = "it did not start within start_within";
        if (queue.cancel(run, "queue", why) && scheduled) {
            tables.log().amend(run.id(), FireOutcome.MISSED, why).ifPresent(alerts::notStarted);
        }
    }

    void lookAtDeadlines() {
        for (Fire fire : tables.log().deadlinesPassed(clock.instant(), MOST_DEADLINES)) {
            transactions.executeWithoutResult(status -> {
                if (tables.log().closeDeadline(fire)) {
                    judge(fire);
                }
            });
        }
    }

    private void judge(Fire fire) {
        if (fire.outcome() == FireOutcome.MERGED) {
            // The fire that stands for it has a deadline of its own.
            return;
        }
        if (fire.run() == null || !fire.outcome().handedOver()) {
            alerts.deadlinePassed(fire, "never started, the fire is " + fire.outcome());
            return;
        }
        RunRecord run = runs.get(fire.run());
        Instant ended = run.endedAt();
        boolean inTime = run.state() == RunState.COMPLETED
                && ended != null
                && fire.finishBy() != null
                && !ended.isAfter(fire.finishBy());
        if (!inTime) {
            alerts.deadlinePassed(
                    fire,
                    run.state() == RunState.COMPLETED && ended != null
                            ? "was complete at " + ended.atOffset(ZoneOffset.UTC)
                            : "is " + run.state());
        }
    }
}
