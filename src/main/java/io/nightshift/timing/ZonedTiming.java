package io.nightshift.timing;

import io.nightshift.timing.DaylightSaving.Gap;
import io.nightshift.timing.DaylightSaving.Overlap;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Local times on the clock of a zone. The line of time is cut where the zone's offset changes: between two changes local
 * times and moments are in step, and what lies in a gap belongs to the change itself.
 */
final class ZonedTiming implements Timing {

    private final LocalTimes times;
    private final ZoneId zone;
    private final ZoneRules rules;
    private final DaylightSaving daylightSaving;
    private final FireCalendar calendar;

    ZonedTiming(LocalTimes times, ZoneId zone, DaylightSaving daylightSaving, FireCalendar calendar) {
        this.times = times;
        this.zone = zone;
        this.rules = zone.getRules();
        this.daylightSaving = daylightSaving;
        this.calendar = calendar;
    }

    @Override
    public List<PlannedFire> between(Instant after, Instant until, int limit) {
        List<PlannedFire> fires = new ArrayList<>();
        Instant from = after;
        while (fires.size() < limit && from.isBefore(until)) {
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (change == null || change.getInstant().isAfter(until)) {
                collect(from, until.plusNanos(1), limit, fires);
                break;
            }
            collect(from, change.getInstant(), limit, fires);
            if (fires.size() < limit) {
                PlannedFire fire = at(change);
                if (fire != null) {
                    fires.add(fire);
                }
            }
            from = change.getInstant();
        }
        return List.copyOf(fires);
    }

    /** Adds the fires after one moment and before another, between which the offset is the same. */
    private void collect(Instant after, Instant before, int limit, List<PlannedFire> fires) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime end = LocalDateTime.ofInstant(before, offset);
        LocalDateTime local = times.next(LocalDateTime.ofInstant(after, offset));
        while (local != null && local.isBefore(end) && fires.size() < limit) {
            if (isDue(local, offset)) {
                fires.add(fire(local.toInstant(offset), local, RepeatedTime.note(rules, local, offset)));
            }
            local = times.next(local);
        }
    }

    private boolean isDue(LocalDateTime local, ZoneOffset offset) {
        return daylightSaving.overlap() == Overlap.TWICE || !RepeatedTime.isSecond(rules, local, offset);
    }

    /** The fire at the moment of a change: that of the time the clock then shows, of the times it skips, or of both. */
    private @Nullable PlannedFire at(ZoneOffsetTransition change) {
        Instant time = change.getInstant();
        LocalDateTime shown = change.getDateTimeAfter();
        boolean due = shown.equals(times.next(shown.minusNanos(1))) && isDue(shown, change.getOffsetAfter());
        LocalDateTime skipped = change.isGap() ? lastIn(change.getDateTimeBefore(), shown) : null;
        if (skipped == null) {
            return due ? fire(time, shown, RepeatedTime.note(rules, shown, change.getOffsetAfter())) : null;
        }
        String missing = "the clock skips " + skipped.toLocalTime() + " on " + skipped.toLocalDate();
        if (due) {
            return fire(time, shown, missing);
        }
        return daylightSaving.gap() == Gap.RUN_AFTER
                ? fire(time, skipped, missing)
                : new PlannedFire(time, skipped, missing, missing + " (daylight saving, gap: skip)");
    }

    private @Nullable LocalDateTime lastIn(LocalDateTime from, LocalDateTime before) {
        LocalDateTime last = null;
        LocalDateTime local = times.next(from.minusNanos(1));
        while (local != null && local.isBefore(before)) {
            last = local;
            local = times.next(local);
        }
        return last;
    }

    private PlannedFire fire(Instant time, LocalDateTime logicalDate, String note) {
        return new PlannedFire(
                time,
                logicalDate,
                note,
                calendar.excluded(logicalDate.toLocalDate()).orElse(null));
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public String words() {
        return times.words() + ", " + zone.getId() + calendar.words();
    }
}
