package io.nightshift.schedule;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.timing.PlannedFire;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The schedules of a metadata database, for people: look, pause, resume, fire by hand, apply the files. Any process may call it; where
 * none serves, what is fired waits in the queue. Thread-safe.
 */
public final class Schedules {

    private static final int LAST_YEAR = 9999;
    private static final Instant AFTER_LAST_YEAR =
            LocalDateTime.of(LAST_YEAR + 1, 1, 1, 0, 0).toInstant(ZoneOffset.UTC);

    private final ScheduleTable table;
    private final FireLog log;
    private final Definitions definitions;
    private final HandOver handOver;
    private final Reconciler reconciler;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Schedules(
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            Reconciler reconciler,
            TransactionTemplate transactions,
            Clock clock) {
        this.table = tables.schedules();
        this.log = tables.log();
        this.definitions = definitions;
        this.handOver = handOver;
        this.reconciler = reconciler;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Every schedule, by name. */
    public List<ScheduleStatus> list() {
        Map<String, Fire> last = log.lastOfEach();
        return table.all().stream()
                .map(known -> status(known, last.get(known.name())))
                .toList();
    }

    /** @throws NightshiftException SCHEDULE_UNKNOWN */
    public ScheduleStatus get(String name) {
        return status(known(name), log.last(name).orElse(null));
    }

    /**
     * The next planned fires, excluded ones too, by the calculation that fires.
     *
     * @throws NightshiftException SCHEDULE_UNKNOWN; STATE_CONFLICT where the schedule waits for jobs or data
     */
    public List<PlannedFire> next(String name, int count) {
        KnownSchedule known = known(name);
        if (!(definitions.of(known).trigger() instanceof Trigger.Timed timed)) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "schedule '" + name + "' has no planned fires: it waits for "
                            + words(definitions.of(known).trigger()));
        }
        Instant from = known.plannedUntil().isAfter(clock.instant()) ? known.plannedUntil() : clock.instant();
        return timed.timing().preview(from, count);
    }

    /**
     * Lets a schedule not fire.
     *
     * @param until when it fires again by itself; null for when somebody resumes it
     * @throws NightshiftException SCHEDULE_UNKNOWN; USAGE where until has passed, or is no year of four digits
     */
    public ScheduleStatus pause(String name, String who, String reason, @Nullable Instant until) {
        Instant now = clock.instant();
        if (until != null && !until.isAfter(now)) {
            throw new NightshiftException(
                    FailureCode.USAGE, "a pause until " + until + " would be over already; nothing was changed");
        }
        if (until != null && !until.isBefore(AFTER_LAST_YEAR)) {
            throw noTime(until);
        }
        return changed(name, new Pause(who, reason, now, until));
    }

    /** Lets a schedule fire again. What was due meanwhile stays skipped. */
    public ScheduleStatus resume(String name) {
        return changed(name, null);
    }

    /** What was due before the change is handed over as it was. */
    private ScheduleStatus changed(String name, @Nullable Pause pause) {
        known(name);
        handOver.due(name);
        transactions.executeWithoutResult(status -> {
            table.lock(name);
            table.pause(name, pause);
        });
        return get(name);
    }

    /**
     * Fires a schedule now, whatever its plan, pause and calendar.
     *
     * @param logicalDate what its run is for; null for now
     * @return the fire with its run, or with why there is none
     * @throws NightshiftException SCHEDULE_UNKNOWN; USAGE where the date is no year of four digits
     */
    public Fire fire(String name, @Nullable LocalDateTime logicalDate, String who) {
        if (logicalDate != null && (logicalDate.getYear() < 1 || logicalDate.getYear() > LAST_YEAR)) {
            throw noTime(logicalDate);
        }
        return handOver.byHand(name, logicalDate, who);
    }

    /**
     * Applies the schedule files.
     *
     * @return what changed
     * @throws NightshiftException DEFINITION_INVALID with every problem of every file; nothing was changed
     */
    public List<ScheduleChange> reload(String who) {
        return reconciler.apply(who);
    }

    /** A database would refuse it, or keep another. */
    private static NightshiftException noTime(Object time) {
        return new NightshiftException(
                FailureCode.USAGE,
                "the time " + time + " is not in the years 1 to " + LAST_YEAR + "; nothing was changed");
    }

    private KnownSchedule known(String name) {
        return table.find(name)
                .filter(schedule -> schedule.removedAt() == null)
                .orElseThrow(() -> HandOver.unknown(name));
    }

    private ScheduleStatus status(KnownSchedule known, @Nullable Fire last) {
        String when;
        @Nullable String zone = null;
        boolean paused;
        String trouble = known.trouble();
        try {
            ScheduleDefinition definition = definitions.of(known);
            when = words(definition.trigger());
            zone = definition.zone().getId();
            paused = definition.paused();
        } catch (NightshiftException e) {
            when = "";
            paused = false;
            trouble = e.getMessage();
        }
        return new ScheduleStatus(
                known.name(),
                known.job(),
                when,
                zone,
                known.nextFireAt(),
                paused,
                known.pause(),
                trouble,
                last,
                known.outcomes(),
                known.file(),
                known.appliedAt(),
                known.appliedBy(),
                known.definition());
    }

    static String words(Trigger trigger) {
        if (trigger instanceof Trigger.Timed timed) {
            return timed.timing().words();
        }
        if (trigger instanceof Trigger.After after) {
            return "the success of " + String.join(" and ", after.jobs());
        }
        Trigger.Source source = ((Trigger.Arrival) trigger).source();
        if (source instanceof Trigger.Marker marker) {
            return "a new " + marker.path();
        }
        return source instanceof Trigger.Partition partition
                ? "a new folder in " + partition.path()
                : "another value in " + ((Trigger.Query) source).database();
    }
}
