package io.nightshift.schedule;

import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.ActiveRun;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.Origin;
import io.nightshift.queue.RunQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Fires schedules in a process that serves: sets Quartz's triggers, hands over what waits for jobs or data, gives up runs that did not
 * start in time, looks at deadlines, and watches that no trigger is stuck. Owns its threads; to be started once.
 */
public final class ScheduleKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleKeeper.class);

    private static final long LOOK_MILLIS = 2000;
    private static final int MOST_DEADLINES = 1000;
    private static final int MOST_ARMED = 200;
    /** A trigger that has not fired so long after its time is stuck. */
    static final Duration STUCK = Duration.ofSeconds(30);

    private final Parts parts;
    private final Clock clock;
    private volatile boolean begun;
    private final AppliedSchedules applied = new AppliedSchedules();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread keeper = new Thread(work, "nightshift-schedules");
        keeper.setDaemon(true);
        return keeper;
    });

    ScheduleKeeper(Parts parts, Clock clock) {
        this.parts = parts;
        this.clock = clock;
    }

    /** What it works with. */
    record Parts(
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            Reconciler reconciler,
            QuartzClock quartz,
            StuckTriggers stuckTriggers,
            AfterWatch after,
            ArrivalWatch arrivals,
            ScheduleAlerts alerts,
            RunQueue queue,
            RunLedger runs,
            NodeKeeper node,
            TransactionTemplate transactions) {}

    /**
     * Applies the files and begins to fire; where this process's clock is off, as soon as it is right.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of every file; nothing fires
     */
    public void start() {
        if (parts.node().idleReason() == null) {
            begin();
        }
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void begin() {
        reload(parts.node().name());
        parts.quartz().start();
        begun = true;
    }

    /** Applies the files again. */
    public List<ScheduleChange> reload(String who) {
        List<ScheduleChange> changes = parts.reconciler().apply(who);
        changes.stream()
                .filter(change -> change.kind() == ScheduleChange.Kind.REMOVED)
                .forEach(change -> parts.quartz().set(change.schedule(), null));
        List<KnownSchedule> all = parts.tables().schedules().all();
        applied.changed(all);
        arm(all);
        return changes;
    }

    /**
     * Sets the triggers that are not where they should be. What is due is left to them: handed over here, schedule after schedule, the last
     * would wait for all others, and these would be due again before it.
     */
    private void arm(List<KnownSchedule> all) {
        Map<String, Instant> armed = parts.stuckTriggers().armed();
        Instant now = clock.instant();
        Map<String, Instant> next = new LinkedHashMap<>();
        for (KnownSchedule known : all) {
            wanted(known.nextFireAt(), armed.get(known.name()), now).ifPresent(at -> next.put(known.name(), at));
            if (next.size() == MOST_ARMED) {
                parts.quartz().setAll(next);
                next.clear();
            }
        }
        parts.quartz().setAll(next);
    }

    /** Where a trigger should be; empty where it is there, or the schedule fires no more. */
    private static Optional<Instant> wanted(@Nullable Instant planned, @Nullable Instant armed, Instant now) {
        if (planned == null || planned.equals(armed)) {
            return Optional.empty();
        }
        if (planned.isAfter(now)) {
            return Optional.of(planned);
        }
        boolean due = armed != null && !armed.isAfter(now) && armed.isAfter(now.minus(STUCK));
        return due ? Optional.empty() : Optional.of(now);
    }

    private void trouble(String schedule, RuntimeException e) {
        LOG.error("schedule={} cannot fire: {}", schedule, e.getMessage(), e);
        parts.tables().schedules().trouble(schedule, String.valueOf(e.getMessage()));
    }

    private void look() {
        try {
            if (parts.node().idleReason() != null) {
                parts.quartz().standby();
                return;
            }
            if (!begun) {
                begin();
            }
            parts.quartz().start();
            // A person or another process may have applied other files.
            List<KnownSchedule> all = parts.tables().schedules().all();
            if (applied.changed(all)) {
                arm(all);
            }
            repairStuck();
            all.forEach(this::lookForEvents);
            giveUpOverdue();
            lookAtDeadlines();
        } catch (RuntimeException e) {
            LOG.warn("schedules cannot be looked after now: {}", e.getMessage(), e);
        }
    }

    /** Hands over what is overdue, and sets its triggers anew, whatever state they are in. */
    void repairStuck() {
        for (String schedule : parts.tables().schedules().due(clock.instant().minus(STUCK))) {
            String state = parts.stuckTriggers().state(schedule);
            try {
                Optional<Instant> next = parts.handOver().due(schedule);
                parts.quartz().repair(schedule, next.orElse(null));
                parts.alerts().repaired(schedule, state);
                LOG.warn("schedule={} trigger repaired: {}", schedule, state);
            } catch (RuntimeException e) {
                trouble(schedule, e);
            }
        }
    }

    private void lookForEvents(KnownSchedule known) {
        try {
            ScheduleDefinition definition = parts.definitions().of(known);
            if (definition.trigger() instanceof Trigger.Arrival arrival) {
                parts.arrivals().look(known, definition, arrival, parts.handOver()::events);
                // What a process stored that died before it acted.
                if (!parts.tables().events().open(known.name(), 1).isEmpty()) {
                    parts.handOver().events(known.name());
                }
                return;
            }
            if (!(definition.trigger() instanceof Trigger.After after)) {
                return;
            }
            parts.after().found(known, after).forEach(date -> parts.tables()
                    .events()
                    .store(new EventTable.Event(
                            known.name(),
                            date.toString(),
                            date,
                            String.join(", ", after.jobs()) + " succeeded for " + date,
                            clock.instant())));
            parts.handOver().events(known.name());
        } catch (RuntimeException e) {
            trouble(known.name(), e);
        }
    }

    private void giveUpOverdue() {
        for (ActiveRun overdue : parts.queue().overdue()) {
            parts.transactions().executeWithoutResult(status -> giveUp(overdue));
        }
    }

    private void giveUp(ActiveRun overdue) {
        RunRecord run = parts.runs().get(overdue.run());
        String why = "it did not start within start_within";
        if (parts.queue().cancel(run, "queue", why) && overdue.origin().kind() == Origin.Kind.SCHEDULE) {
            parts.tables().log().amend(run.id(), FireOutcome.MISSED, why);
            parts.tables().log().ofRun(run.id()).ifPresent(parts.alerts()::notStarted);
        }
    }

    private void lookAtDeadlines() {
        for (Fire fire : parts.tables().log().deadlinesPassed(clock.instant(), MOST_DEADLINES)) {
            parts.transactions().executeWithoutResult(status -> {
                if (parts.tables().log().closeDeadline(fire)) {
                    judge(fire);
                }
            });
        }
    }

    private void judge(Fire fire) {
        if (fire.run() == null) {
            if (fire.outcome() != FireOutcome.MERGED) {
                parts.alerts().deadlinePassed(fire, "never started, the fire is " + fire.outcome());
            }
            return;
        }
        RunRecord run = parts.runs().get(fire.run());
        Instant ended = run.endedAt();
        boolean inTime = run.state() == RunState.COMPLETED
                && ended != null
                && fire.finishBy() != null
                && !ended.isAfter(fire.finishBy());
        if (!inTime) {
            parts.alerts()
                    .deadlinePassed(
                            fire,
                            run.state() == RunState.COMPLETED && ended != null
                                    ? "was complete at " + ended.atOffset(ZoneOffset.UTC)
                                    : "is " + run.state());
        }
    }

    /** Takes no further fires, and waits for the hand-overs in hand. */
    @Override
    public void close() {
        thread.shutdown();
        parts.arrivals().close();
        parts.quartz().close();
    }
}
