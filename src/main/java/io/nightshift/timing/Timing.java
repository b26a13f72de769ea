package io.nightshift.timing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When a schedule is due. The same arguments always give the same fires, and fires do not depend on the steps in which
 * they are asked for. Immutable and thread-safe.
 */
public sealed interface Timing permits ZonedTiming, IntervalTiming {

    /** How far {@link #next} looks. */
    Duration HORIZON = Duration.ofDays(5 * 366);

    /**
     * Fires of a cron expression of five fields, read in the local time of a zone.
     *
     * @throws IllegalArgumentException saying what is wrong with the expression and what was likely meant, or that it is
     *     never due
     */
    static Timing cron(String expression, ZoneId zone, DaylightSaving daylightSaving, FireCalendar calendar) {
        return new ZonedTiming(CronPattern.parse(expression), zone, daylightSaving, calendar);
    }

    /**
     * Fires at whole multiples of an interval since 1970-01-01T00:00Z, whatever a zone's clocks do.
     *
     * @param zone gives the logical dates and the days for the calendar
     * @throws IllegalArgumentException for less than a second, or parts of a second
     */
    static Timing every(Duration interval, ZoneId zone, FireCalendar calendar) {
        return new IntervalTiming(interval, zone, calendar);
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

    /** Whose clock the logical dates are of. */
    ZoneId zone();

    /** For people: {@code "at 02:30 from Monday to Friday, Europe/Berlin"}. */
    String words();
}
