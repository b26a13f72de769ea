package io.nightshift.schedule;

import io.nightshift.failure.NightshiftException;
import io.nightshift.queue.NodeKeeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Fires schedules in a process that serves: sets Quartz's triggers, hands over what waits for jobs or data, gives up runs that did not
 * start in time, looks at deadlines, and watches that no trigger is stuck. Owns its threads; to be started once.
 */
public final class ScheduleKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleKeeper.class);

    private static final long LOOK_MILLIS = 2000;
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
    private static final int MOST_ARMED = 200;
    /** A trigger that has not fired so long after its time is stuck. */
    static final Duration STUCK = Duration.ofSeconds(30);

    private final Parts parts;
    private final Clock clock;
    private volatile boolean begun;
    private boolean unapplied;
    private Instant triedAt = Instant.MIN;
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
            RepairReport repairs,
            Troubles troubles,
            RunWatch runs,
            NodeKeeper node) {}

    /**
     * Applies the files and begins to fire; where this process's clock is off, as soon as it is right. Files that the database refuses
     * now are applied later, and what was applied before fires meanwhile.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of every file; nothing fires
     */
    public void start() {
        if (parts.node().idleReason() == null) {
            applyOrTryAgain();
            begin();
        }
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void begin() {
        parts.quartz().start();
        begun = true;
    }

    /** What the database refuses now must not keep what was applied before from firing. */
    private void applyOrTryAgain() {
        triedAt = clock.instant();
        try {
            reload(parts.node().name());
            unapplied = false;
        } catch (DataAccessException | TransactionException e) {
            unapplied = true;
            LOG.error("the schedule files cannot be applied now; it is tried again in {}", TRY_AGAIN, e);
        }
    }

    /** Files that are wrong now must not keep what was applied before from being looked after. */
    private void applyAgain() {
        boolean due = !begun || !clock.instant().isBefore(triedAt.plus(TRY_AGAIN));
        if (due && (!begun || unapplied || parts.reconciler().unfinished())) {
            try {
                applyOrTryAgain();
            } catch (NightshiftException e) {
                unapplied = true;
                LOG.error(
                        "the schedule files are not applied, what was applied before goes on; it is tried again in {}: {}",
                        TRY_AGAIN,
                        e.getMessage());
            }
        }
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
        parts.troubles().note(schedule, "it cannot fire", Troubles.text(e), e);
    }

    private void look() {
        try {
            if (parts.node().idleReason() != null) {
                parts.quartz().standby();
                return;
            }
            applyAgain();
            if (!begun) {
                begin();
            }
            parts.quartz().start();
            List<AfterWatch.Success> news = parts.after().news();
            // A person or another process may have applied other files.
            List<KnownSchedule> all = parts.tables().schedules().all();
            if (applied.changed(all)) {
                arm(all);
            }
            repairStuck();
            lookForEvents(news, all);
            parts.runs().giveUpOverdue();
            parts.runs().lookAtDeadlines();
        } catch (RuntimeException e) {
            LOG.warn("schedules cannot be looked after now: {}", e.getMessage(), e);
        }
    }

    /** Hands over what is overdue, and sets its triggers anew, whatever state they are in. */
    void repairStuck() {
        Map<String, String> repaired = new LinkedHashMap<>();
        for (String schedule : parts.tables().schedules().due(clock.instant().minus(STUCK))) {
            String state = parts.stuckTriggers().state(schedule);
            try {
                Optional<Instant> next = parts.handOver().due(schedule);
                parts.quartz().repair(schedule, next.orElse(null));
                repaired.put(schedule, state);
                LOG.info("schedule={} trigger repaired: {}", schedule, state);
            } catch (RuntimeException e) {
                trouble(schedule, e);
            }
        }
        parts.repairs().tell(repaired);
    }

    /** Looks for what schedules wait for other than times, and acts on what is stored of it, by whatever process. */
    private void lookForEvents(List<AfterWatch.Success> news, List<KnownSchedule> all) {
        all.forEach(this::lookForArrival);
        parts.after().hear(news, all);
        Set<String> open = new LinkedHashSet<>(parts.tables().events().schedulesWithOpen());
        all.stream()
                .filter(known -> known.trouble() != null && known.nextFireAt() == null)
                .forEach(known -> open.add(known.name()));
        for (String schedule : open) {
            try {
                parts.handOver().events(schedule);
            } catch (RuntimeException e) {
                trouble(schedule, e);
            }
        }
    }

    private void lookForArrival(KnownSchedule known) {
        try {
            ScheduleDefinition definition = parts.definitions().of(known);
            if (definition.trigger() instanceof Trigger.Arrival arrival) {
                parts.arrivals().look(known, definition, arrival, parts.handOver()::events);
            }
        } catch (RuntimeException e) {
            trouble(known.name(), e);
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
