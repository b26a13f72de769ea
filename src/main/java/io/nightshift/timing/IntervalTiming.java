package io.nightshift.timing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Whole multiples of an interval since the epoch. */
final class IntervalTiming implements Timing {

    private final long seconds;
    private final ZoneId zone;
    private final FireCalendar calendar;

    IntervalTiming(Duration interval, ZoneId zone, FireCalendar calendar) {
        if (interval.toSeconds() < 1 || interval.getNano() != 0) {
            throw new IllegalArgumentException(
                    "an interval is made of whole seconds, the shortest is 1s: " + interval.toMillis() + "ms is not");
        }
        this.seconds = interval.toSeconds();
        this.zone = zone;
        this.calendar = calendar;
    }

    @Override
    public List<PlannedFire> between(Instant after, Instant until, int limit) {
        List<PlannedFire> fires = new ArrayList<>();
        long last = until.getEpochSecond();
        for (long at = stepAfter(after); at <= last && fires.size() < limit; at += seconds) {
            fires.add(fire(Instant.ofEpochSecond(at)));
        }
        return List.copyOf(fires);
    }

    private long stepAfter(Instant after) {
        return Math.addExact(Math.floorDiv(after.getEpochSecond(), seconds), 1) * seconds;
    }

    private PlannedFire fire(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, zone);
        return new PlannedFire(
                time,
                local,
                RepeatedTime.note(zone.getRules(), local, zone.getRules().getOffset(time)),
                calendar.excluded(local.toLocalDate()).orElse(null));
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public String words() {
        return "every " + length() + ", in steps from midnight UTC" + calendar.words();
    }

    private String length() {
        long amount = seconds % 86_400 == 0
                ? seconds / 86_400
                : seconds % 3600 == 0 ? seconds / 3600 : seconds % 60 == 0 ? seconds / 60 : seconds;
        String unit =
                seconds % 86_400 == 0 ? "day" : seconds % 3600 == 0 ? "hour" : seconds % 60 == 0 ? "minute" : "second";
        return amount == 1 ? unit : amount + " " + unit + "s";
    }
}
