package io.nightshift.schedule;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.timing.PlannedFire;
import io.nightshift.timing.Timing;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Turns what is due into runs: one transaction records every fire with its outcome, makes the runs wait in the queue, and notes how far
 * the schedule's plan is in the log. Whoever calls, however often, and in how many processes: each planned fire is recorded once, for the
 * schedule's row is locked meanwhile and fires are planned from where the last call ended. Thread-safe.
 */
final class HandOver {

    /** Fires recorded in one transaction; a plan with more is handed over in several. */
    static final int MOST_AT_ONCE = 100_000;

    private static final int MOST_EVENTS = 1000;

    private final ScheduleTable table;
    private final EventTable events;
    private final FireLog log;
    private final Definitions definitions;
    private final FireSubmission submission;
    private final ScheduleAlerts alerts;
    private final TransactionTemplate transactions;
    private final int mostAtOnce;
    private final Clock clock;

    /** @param mostAtOnce fires that are recorded in one transaction, or more where that is too few to decide any */
    HandOver(
            Tables tables,
            Definitions definitions,
            FireSubmission submission,
            ScheduleAlerts alerts,
            TransactionTemplate transactions,
            int mostAtOnce,
            Clock clock) {
        this.table = tables.schedules();
        this.events = tables.events();
        this.log = tables.log();
        this.definitions = definitions;
        this.submission = submission;
        this.alerts = alerts;
        this.transactions = transactions;
        this.mostAtOnce = mostAtOnce;
        this.clock = clock;
    }

    /** Where schedules, their events and their fires are kept. */
    record Tables(ScheduleTable schedules, EventTable events, FireLog log) {}

    /**
     * Hands over every planned fire of a schedule that is due.
     *
     * @return when it is due next; empty where that is never, or the schedule is gone
     */
    Optional<Instant> due(String name) {
        while (true) {
            Step step = transactions.execute(status -> step(name));
            if (step == null || step.complete()) {
                return Optional.ofNullable(step == null ? null : step.next());
            }
        }
    }

    private record Step(boolean complete, @Nullable Instant next) {}

    private Step step(String name) {
        KnownSchedule known = table.lock(name)
                .filter(schedule -> schedule.removedAt() == null)
                .orElse(null);
        if (known == null) {
            return new Step(true, null);
        }
        ScheduleDefinition definition = definitions.of(known);
        if (!(definition.trigger() instanceof Trigger.Timed timed)) {
            return new Step(true, null);
        }
        // The log keeps milliseconds, and so must what it is compared with.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Timing timing = timed.timing();
        FireRule rule = new FireRule(definition, known.pause());
        int most = mostAtOnce;
        List<PlannedFire> due = timing.between(known.plannedUntil(), now, most);
        int decidable = due.size() < most ? due.size() : rule.decidable(due, now);
        while (decidable == 0 && due.size() == most) {
            most *= 2;
            due = timing.between(known.plannedUntil(), now, most);
            decidable = due.size() < most ? due.size() : rule.decidable(due, now);
        }
        boolean complete = due.size() < most;
        due = due.subList(0, decidable);
        record(definition, rule.decide(due, !complete, now), now);
        Instant until = complete
                ? later(now, known.plannedUntil())
                : due.get(due.size() - 1).time();
        Instant next = timing.next(until).map(PlannedFire::time).orElse(null);
        table.planned(name, until, next);
        return new Step(complete, next);
    }

    private void record(ScheduleDefinition definition, List<FireRule.Decision> decisions, Instant now) {
        List<Fire> fires = new ArrayList<>(decisions.size());
        for (FireRule.Decision decision : decisions) {
            Fire fire = submission.submit(definition, decision, now);
            fires.add(fire);
            // A later fire of this call may merge this one, and then looks for it in the log.
            if (decision.runs()) {
                record(fires);
                fires.clear();
            }
        }
        record(fires);
    }

    private void record(List<Fire> fires) {
        log.record(fires);
        alerts.recorded(fires);
    }

    /**
     * Fires a schedule because a person wants it, whatever its plan, pause or calendar.
     *
     * @param logicalDate null for now on the clock of the schedule's zone
     * @throws NightshiftException SCHEDULE_UNKNOWN
     */
    Fire byHand(String name, @Nullable LocalDateTime logicalDate, String who) {
        Fire fire = transactions.execute(status -> {
            KnownSchedule known = table.lock(name)
                    .filter(schedule -> schedule.removedAt() == null)
                    .orElseThrow(() -> unknown(name));
            ScheduleDefinition definition = definitions.of(known);
            Instant time = free(name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            LocalDateTime date = logicalDate != null
                    ? logicalDate
                    : time.atZone(definition.zone()).toLocalDateTime().truncatedTo(ChronoUnit.SECONDS);
            PlannedFire planned = new PlannedFire(time, date, "", null);
            return recorded(definition, new FireRule.Decision(planned, FireOutcome.FIRED, "by " + who));
        });
        return Objects.requireNonNull(fire);
    }

    /** Acts on the events of a schedule that are stored and still open: each becomes one fire. */
    void events(String name) {
        transactions.executeWithoutResult(status -> table.lock(name)
                .filter(schedule -> schedule.removedAt() == null)
                .ifPresent(known -> {
                    ScheduleDefinition definition = definitions.of(known);
                    for (EventTable.Event event : events.open(name, MOST_EVENTS)) {
                        Instant time = free(name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
                        PlannedFire planned = new PlannedFire(time, event.logicalDate(), event.details(), null);
                        new FireRule(definition, known.pause())
                                .decide(List.of(planned), false, time)
                                .forEach(decision -> recorded(definition, decision));
                        events.acted(event, time);
                    }
                    // What an arrival's trouble is over with is the next look for its data.
                    if (known.trouble() != null && definition.trigger() instanceof Trigger.After) {
                        table.trouble(name, null);
                    }
                }));
    }

    private Fire recorded(ScheduleDefinition definition, FireRule.Decision decision) {
        Fire fire = submission.submit(definition, decision, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        record(List.of(fire));
        return fire;
    }

    /** The first moment from here on that no fire of the schedule has or will have: planned ones are at whole seconds. */
    private Instant free(String name, Instant from) {
        Instant time = from;
        while (time.getNano() == 0 || log.has(name, time)) {
            time = time.plusMillis(1);
        }
        return time;
    }

    static NightshiftException unknown(String name) {
        return new NightshiftException(
                FailureCode.SCHEDULE_UNKNOWN,
                "there is no schedule '" + name + "'; `nightshift schedules` lists them. Nothing was changed");
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
