package io.nightshift.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.timing.DaylightSaving.Gap;
import io.nightshift.timing.DaylightSaving.Overlap;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fires against an oracle that shares nothing with the code under test: it walks every minute of two years, asks
 * java.time what each zone's clock shows, and compares fields.
 */
final class TimingOracleTest {

    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2029-01-01T00:00:00Z");

    private static final List<String> ZONES = List.of(
            "Europe/Berlin",
            "Europe/Dublin",
            "America/New_York",
            "America/St_Johns",
            "America/Sao_Paulo",
            "America/Nuuk",
            "Africa/Casablanca",
            "Africa/Cairo",
            "Asia/Kathmandu",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Pacific/Chatham");

    /** Expressions, with what a local time must be to fit them: written by hand, not parsed. */
    private static final Map<String, Predicate<LocalDateTime>> SHAPES = new TreeMap<>(Map.of(
            "30 2 * * MON-FRI",
            local -> isAt(local, 2, 30) && local.getDayOfWeek().getValue() <= 5,
            "*/15 0-3,22,23 * * *",
            local -> local.getMinute() % 15 == 0 && (local.getHour() <= 3 || local.getHour() >= 22),
            "5 0,2,23 * * *",
            local -> local.getMinute() == 5 && Set.of(0, 2, 23).contains(local.getHour()),
            "0 0 31 * *",
            local -> isAt(local, 0, 0) && local.getDayOfMonth() == 31,
            "0 12 29 2 *",
            local -> isAt(local, 12, 0) && local.getMonthValue() == 2 && local.getDayOfMonth() == 29,
            "45 23 13 * FRI",
            local -> isAt(local, 23, 45) && (local.getDayOfMonth() == 13 || local.getDayOfWeek() == DayOfWeek.FRIDAY),
            "10 1 */2 * SUN",
            local -> isAt(local, 1, 10) && local.getDayOfMonth() % 2 == 1 && local.getDayOfWeek() == DayOfWeek.SUNDAY,
            "0 3 L * *",
            local -> isAt(local, 3, 0)
                    && local.getDayOfMonth() == YearMonth.from(local).lengthOfMonth(),
            "1-59/29 1-3 * MAR,APR,SEP-NOV 0,6",
            local -> local.getMinute() % 29 == 1
                    && local.getHour() >= 1
                    && local.getHour() <= 3
                    && Set.of(3, 4, 9, 10, 11).contains(local.getMonthValue())
                    && local.getDayOfWeek().getValue() >= 6,
            "20 4 * * MON#1",
            local -> isAt(local, 4, 20) && local.getDayOfWeek() == DayOfWeek.MONDAY && local.getDayOfMonth() <= 7));

    private static boolean isAt(LocalDateTime local, int hour, int minute) {
        return local.getHour() == hour && local.getMinute() == minute;
    }

    private static List<String> zones() {
        return ZONES;
    }

    /** What happens, and when, by the documented policy. */
    private record Fire(Instant time, LocalDateTime logicalDate) {}

    @ParameterizedTest
    @MethodSource("zones")
    void everyShapeFiresWhenTheClockOfTheZoneFits(String zoneName) {
        ZoneId zone = ZoneId.of(zoneName);
        Map<String, List<Minute>> fitting = fitting(zone);
        for (String shape : SHAPES.keySet()) {
            for (Gap gap : Gap.values()) {
                for (Overlap overlap : Overlap.values()) {
                    Timing timing = Timing.cron(shape, zone, new DaylightSaving(gap, overlap), FireCalendar.NONE);
                    List<Fire> actual = timing.between(START, END, Integer.MAX_VALUE).stream()
                            .filter(fire -> fire.excludedBy() == null)
                            .map(fire -> new Fire(fire.time(), fire.logicalDate()))
                            .toList();
                    assertThat(actual)
                            .as("%s in %s, gap %s, overlap %s", shape, zone, gap, overlap)
                            .isEqualTo(expected(fitting.getOrDefault(shape, List.of()), gap, overlap));
                }
            }
        }
    }

    /**
     * A minute of the line of time that concerns a shape.
     *
     * @param local what the clock shows, or null where that does not fit
     * @param skipped the last fitting time that the clock jumped over to get there, or null
     * @param second whether the clock showed it before
     */
    private record Minute(
            Instant time,
            @Nullable LocalDateTime local,
            @Nullable LocalDateTime skipped,
            boolean second) {}

    private static Map<String, List<Minute>> fitting(ZoneId zone) {
        Map<String, List<Minute>> fitting = new TreeMap<>();
        SHAPES.keySet().forEach(shape -> fitting.put(shape, new ArrayList<>()));
        LocalDateTime last = LocalDateTime.ofInstant(START, zone);
        LocalDateTime latest = last;
        for (Instant time = START.plusSeconds(60); !time.isAfter(END); time = time.plusSeconds(60)) {
            LocalDateTime local = LocalDateTime.ofInstant(time, zone);
            boolean second = !local.isAfter(latest);
            List<LocalDateTime> skipped = new ArrayList<>();
            for (LocalDateTime missing = last.plusMinutes(1);
                    missing.isBefore(local);
                    missing = missing.plusMinutes(1)) {
                skipped.add(missing);
            }
            for (Map.Entry<String, Predicate<LocalDateTime>> shape : SHAPES.entrySet()) {
                Predicate<LocalDateTime> fits = shape.getValue();
                LocalDateTime shown = fits.test(local) ? local : null;
                LocalDateTime jumped = skipped.isEmpty()
                        ? null
                        : skipped.stream()
                                .filter(fits)
                                .reduce((first, next) -> next)
                                .orElse(null);
                if (shown != null || jumped != null) {
                    fitting.get(shape.getKey()).add(new Minute(time, shown, jumped, second));
                }
            }
            latest = second ? latest : local;
            last = local;
        }
        return fitting;
    }

    private static List<Fire> expected(List<Minute> fitting, Gap gap, Overlap overlap) {
        List<Fire> fires = new ArrayList<>();
        for (Minute minute : fitting) {
            if (minute.local() != null && (!minute.second() || overlap == Overlap.TWICE)) {
                fires.add(new Fire(minute.time(), minute.local()));
            } else if (minute.skipped() != null && gap == Gap.RUN_AFTER) {
                fires.add(new Fire(minute.time(), minute.skipped()));
            }
        }
        return fires;
    }

    @Test
    void theZonesChangeTheirClocksInTheTwoYears() {
        assertThat(ZONES.stream()
                        .map(ZoneId::of)
                        .filter(zone -> zone.getRules().nextTransition(START) != null
                                && zone.getRules()
                                        .nextTransition(START)
                                        .getInstant()
                                        .isBefore(END))
                        .count())
                .isGreaterThanOrEqualTo(10);
        assertThat(Duration.between(
                        LocalDateTime.ofInstant(
                                Instant.parse("2027-07-01T00:00:00Z"), ZoneId.of("Australia/Lord_Howe")),
                        LocalDateTime.ofInstant(
                                Instant.parse("2027-12-01T00:00:00Z"), ZoneId.of("Australia/Lord_Howe"))))
                .isEqualTo(Duration.ofDays(153).plusMinutes(30));
    }

    /** The zone moved over the date line: a whole day never was. */
    @Test
    void aDayThatNeverWasIsOneFire() {
        Timing timing =
                Timing.cron("30 2,14 * * *", ZoneId.of("Pacific/Apia"), DaylightSaving.DEFAULT, FireCalendar.NONE);
        assertThat(timing.between(
                        Instant.parse("2011-12-30T00:00:00Z"),
                        Instant.parse("2011-12-31T03:00:00Z"),
                        Integer.MAX_VALUE))
                .extracting(fire -> fire.time() + " " + fire.logicalDate())
                .containsExactly(
                        "2011-12-30T00:30:00Z 2011-12-29T14:30",
                        "2011-12-30T10:00:00Z 2011-12-30T14:30",
                        "2011-12-30T12:30:00Z 2011-12-31T02:30",
                        "2011-12-31T00:30:00Z 2011-12-31T14:30");
    }

    @Test
    void stepsOfAnyLengthGiveTheSameFires() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Timing> timings = new ArrayList<>();
        for (String zone : ZONES) {
            List<String> shapes = List.copyOf(SHAPES.keySet());
            DaylightSaving daylightSaving =
                    new DaylightSaving(Gap.values()[random.nextInt(2)], Overlap.values()[random.nextInt(2)]);
            timings.add(Timing.cron(
                    shapes.get(random.nextInt(shapes.size())), ZoneId.of(zone), daylightSaving, FireCalendar.NONE));
            timings.add(Timing.every(Duration.ofMinutes(1 + random.nextInt(5000)), ZoneId.of(zone), FireCalendar.NONE));
        }
        for (Timing timing : timings) {
            List<PlannedFire> whole = timing.between(START, END, Integer.MAX_VALUE);
            List<PlannedFire> inSteps = new ArrayList<>();
            Instant at = START;
            while (at.isBefore(END)) {
                Instant until = at.plusSeconds(1 + random.nextInt(random.nextBoolean() ? 7_200 : 10_000_000));
                until = until.isAfter(END) ? END : until;
                int limit = 1 + random.nextInt(50);
                List<PlannedFire> step = timing.between(at, until, limit);
                assertThat(step).as("seed %d", seed).hasSizeLessThanOrEqualTo(limit);
                inSteps.addAll(step);
                at = step.size() == limit ? step.get(limit - 1).time() : until;
            }
            assertThat(inSteps).as("%s, seed %d", timing.words(), seed).isEqualTo(whole);
            Instant some = START.plusSeconds(random.nextInt(60_000_000));
            assertThat(timing.next(some))
                    .as("%s after %s, seed %d", timing.words(), some, seed)
                    .isEqualTo(timing.between(some, some.plus(Timing.HORIZON), 1).stream()
                            .findFirst());
        }
    }
}
