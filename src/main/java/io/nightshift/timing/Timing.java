package io.nightshift.timing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a schedule is due. The same arguments always give the same fires, and fires do not depend on the steps in which
 * they are asked for. Immutable and thread-safe.
 */
public sealed interface Timing permits ZonedTiming, IntervalTiming {

    /** How far {@link #next} looks. */
    Duration HORIZON = Duration.ofDays(5 * 366);

    /** How many excluded fires a preview shows at most. */
    int MOST_EXCLUDED = 10_000;

    /**
     * Fires of a cron expression of five fields, read in the local time of a zone.
     *
     * @throws IllegalArgumentException saying what is wrong with the expression and what was likely meant, or that it is
     *     never due
     */
    static Timing cron(String expression, ZoneId zone, DaylightSaving daylightSaving, FireCalendar calendar) {
        return everIncluded(new ZonedTiming(CronPattern.parse(expression), zone, daylightSaving, calendar));
    }

    /**
     * Fires at whole multiples of an interval since 1970-01-01T00:00Z, whatever a zone's clocks do.
     *
     * @param zone gives the logical dates and the days for the calendar
     * @throws IllegalArgumentException for less than a second, or parts of a second
     */
    static Timing every(Duration interval, ZoneId zone, FireCalendar calendar) {
        return everIncluded(new IntervalTiming(interval, zone, calendar));
    }

    /**
     * Fires at local times of a zone.
     *
     * @throws IllegalArgumentException where there is no time
     */
    static Timing at(List<LocalDateTime> times, ZoneId zone, DaylightSaving daylightSaving, FireCalendar calendar) {
        return new ZonedTiming(new ListedTimes(times), zone, daylightSaving, calendar);
    }

    /**
     * Planned fires after a moment and up to another, ascending, each moment once; with those that the calendar excludes.
     *
     * @param after exclusive
     * @param until inclusive
     * @param limit most fires to give, the earliest
     */
    List<PlannedFire> between(Instant after, Instant until, int limit);

    /** The first planned fire after a moment, excluded or not; empty where none comes within the {@link #HORIZON}. */
    default Optional<PlannedFire> next(Instant after) {
        return between(after, after.plus(HORIZON), 1).stream().findFirst();
    }

    /** The first planned fire after a moment that the calendar lets happen; empty where none comes within the {@link #HORIZON}. */
    default Optional<PlannedFire> nextIncluded(Instant after) {
        Instant end = after.plus(HORIZON);
        Instant from = after;
        while (true) {
            Optional<PlannedFire> next = between(from, end, 1).stream().findFirst();
            if (next.isEmpty() || next.get().excludedBy() == null) {
                return next;
            }
            // A calendar excludes whole days.
            Instant restOfDay = next.get()
                    .logicalDate()
                    .toLocalDate()
                    .plusDays(1)
                    .atStartOfDay(zone())
                    .toInstant()
                    .minusNanos(1);
            from = restOfDay.isAfter(next.get().time()) ? restOfDay : next.get().time();
        }
    }

    private static Timing everIncluded(Timing timing) {
        if (timing.nextIncluded(Instant.parse("2026-01-01T00:00:00Z")).isEmpty()) {
            throw new IllegalArgumentException("it is never due within five years: the calendar excludes all its days");
        }
        return timing;
    }

    /**
     * The next fires that happen, and between them those that the calendar excludes; of the latter at most
     * {@value #MOST_EXCLUDED}.
     *
     * @param count how many fires that happen
     */
    default List<PlannedFire> preview(Instant after, int count) {
        Instant end = after.plus(HORIZON);
        List<PlannedFire> fires = new ArrayList<>();
        Instant from = after;
        int happening = 0;
        while (happening < count) {
            boolean all = fires.size() - happening < MOST_EXCLUDED;
            Optional<PlannedFire> next = all ? between(from, end, 1).stream().findFirst() : nextIncluded(from);
            if (next.isEmpty()) {
                break;
            }
            fires.add(next.get());
            happening += next.get().excludedBy() == null ? 1 : 0;
            from = next.get().time();
        }
        return List.copyOf(fires);
    }

    /** Whose clock the logical dates are of. */
    ZoneId zone();

    /** For people: {@code "at 02:30 from Monday to Friday, Europe/Berlin"}. */
    String words();
}
