package io.nightshift.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.timing.DaylightSaving.Gap;
import io.nightshift.timing.DaylightSaving.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimingTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Timing cron(String expression) {
        return Timing.cron(expression, BERLIN, DaylightSaving.DEFAULT, FireCalendar.NONE);
    }

    private static List<PlannedFire> day(Timing timing, String day) {
        Instant start = LocalDateTime.parse(day + "T00:00").atZone(BERLIN).toInstant();
        return timing.between(start.minusNanos(1), start.plus(Duration.ofHours(23)), 1000);
    }

    @Test
    void aTimeThatTheClockSkipsComesAtTheFirstMomentAfterTheGap() {
        List<PlannedFire> fires = day(cron("30 2 * * *"), "2027-03-28");
        assertThat(fires).singleElement().satisfies(fire -> {
            assertThat(fire.time()).isEqualTo("2027-03-28T01:00:00Z");
            assertThat(fire.logicalDate()).isEqualTo("2027-03-28T02:30");
            assertThat(fire.note()).isEqualTo("the clock skips 02:30 on 2027-03-28");
            assertThat(fire.excludedBy()).isNull();
        });
    }

    @Test
    void aSkippedTimeThatIsLeftOutIsShownAsExcluded() {
        Timing timing =
                Timing.cron("30 2 * * *", BERLIN, new DaylightSaving(Gap.SKIP, Overlap.ONCE), FireCalendar.NONE);
        assertThat(day(timing, "2027-03-28")).singleElement().satisfies(fire -> assertThat(fire.excludedBy())
                .isEqualTo("the clock skips 02:30 on 2027-03-28 (daylight saving, gap: skip)"));
        assertThat(timing.nextIncluded(Instant.parse("2027-03-27T12:00:00Z")))
                .map(PlannedFire::time)
                .hasValue(Instant.parse("2027-03-29T00:30:00Z"));
    }

    @Test
    void allSkippedTimesAndTheOneAfterThemAreOneFire() {
        assertThat(day(cron("*/15 * * * *"), "2027-03-28"))
                .extracting(PlannedFire::time)
                .startsWith(Instant.parse("2027-03-27T23:00:00Z"))
                .contains(Instant.parse("2027-03-28T00:45:00Z"), Instant.parse("2027-03-28T01:00:00Z"))
                .doesNotHaveDuplicates()
                .hasSize(23 * 4 + 1);
    }

    @Test
    void aTimeThatTheClockShowsTwiceComesOnceOrTwice() {
        assertThat(day(cron("30 2 * * *"), "2027-10-31"))
                .extracting(PlannedFire::time)
                .containsExactly(Instant.parse("2027-10-31T00:30:00Z"));
        Timing twice =
                Timing.cron("30 2 * * *", BERLIN, new DaylightSaving(Gap.SKIP, Overlap.TWICE), FireCalendar.NONE);
        assertThat(day(twice, "2027-10-31"))
                .extracting(PlannedFire::time, PlannedFire::note)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Instant.parse("2027-10-31T00:30:00Z"),
                                "the clock shows 02:30 twice that day, this is the first time"),
                        org.assertj.core.groups.Tuple.tuple(
                                Instant.parse("2027-10-31T01:30:00Z"),
                                "the clock shows 02:30 twice that day, this is the second time"));
    }

    @Test
    void anIntervalKeepsItsStepOverChangesOfTheClock() {
        Timing timing = Timing.every(Duration.ofMinutes(15), BERLIN, FireCalendar.NONE);
        List<PlannedFire> fires = timing.between(
                Instant.parse("2027-10-30T22:00:00Z"), Instant.parse("2027-10-31T22:00:00Z"), Integer.MAX_VALUE);
        assertThat(fires).hasSize(96);
        assertThat(fires.get(0).time()).isEqualTo("2027-10-30T22:15:00Z");
        assertThat(timing.words()).isEqualTo("every 15 minutes, in steps from midnight UTC");
    }

    @Test
    void datesAreLocalTimesOfTheZone() {
        Timing timing = Timing.at(
                List.of(LocalDateTime.parse("2026-12-24T18:00"), LocalDateTime.parse("2026-07-01T06:30")),
                BERLIN,
                DaylightSaving.DEFAULT,
                FireCalendar.NONE);
        assertThat(timing.between(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), 10))
                .extracting(PlannedFire::time)
                .containsExactly(Instant.parse("2026-07-01T04:30:00Z"), Instant.parse("2026-12-24T17:00:00Z"));
        assertThat(timing.next(Instant.parse("2026-12-24T17:00:00Z"))).isEmpty();
        assertThat(timing.words()).isEqualTo("at 2026-07-01 06:30, 2026-12-24 18:00, Europe/Berlin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 2 * * MON-FRI        | at 02:30 from Monday to Friday
            30 2 * * 1-5            | at 02:30 from Monday to Friday
            0 6,18 * * *            | at 06:00 and 18:00 every day
            */15 * * * *            | every 15 minutes of every hour every day
            * * * * *               | every minute of every hour every day
            5 * * * sun,tue         | at minute 5 of every hour on Tuesday and Sunday
            */10 8-17 * * MON-FRI   | every 10 minutes of the hours 8 to 17 from Monday to Friday
            0 */2 * * *             | at minute 0 of every 2nd hour from midnight every day
            0 0 31 * *              | at 00:00 on day 31 of the month
            0 0 1,15 * FRI          | at 00:00 on day 1 and 15 of the month or on Friday
            0 0 */2 * FRI           | at 00:00 on day 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of the month where it is on Friday
            0 0 L * *               | at 00:00 on the last day of the month
            0 0 * * FRI#2           | at 00:00 on the second Friday of the month
            0 0 * JUN-AUG FRIL      | at 00:00 on the last Friday of the month in June to August
            0 0 29 2 *              | at 00:00 on day 29 of the month in February
            """)
    void cronIsSaidInWords(String expression, String words) {
        assertThat(cron(expression).words()).isEqualTo(words + ", Europe/Berlin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 0 30 2 *           | it is never due within five years: there is no day 30 in FEB
            0 0 31 4,6 *         | it is never due within five years: there is no day 31 in APR, JUN
            60 2 * * *           | the minute '60' is not allowed; it takes 0 to 59
            0 24 * * *           | the hour '24' is not allowed; it takes 0 to 23, ranges (a-b), lists (a,b) and steps (*/n, a-b/n), did you mean 0 for midnight?
            0 2 * * MONDAY       | did you mean 'MON'?
            0 2 * JNA *          | did you mean 'JAN'?
            0 2 * * FRI-MON      | did you mean FRI-6,0-MON?
            0 5/15 * * *         | a step needs a range, did you mean 5-23/15?
            0 2 ? * MON          | the day of the month '?' is not allowed; write *
            0 0 2 * * ? *        | it has 7 fields, a crontab line has five: minute, hour, day of the month, month, day of the week; did you mean "0 2 * * *"?
            0 0/5 * * * ?        | did you mean "*/5 * * * *"?
            0 30 2 ? * 2-6       | did you mean "30 2 * * MON-FRI"?
            * * * * * *          | it has 6 fields
            @daily               | write "0 0 * * *"
            ٣٠ 2 * * *           | the minute '٣٠' is not allowed
            0 2 * *              | it has 4 fields
            */0 2 * * *          | a step is from 1 to 59
            1,,2 2 * * *         | the minute '' is not allowed
            """)
    void cronThatIsWrongIsRefusedWithWhatWasMeant(String expression, String message) {
        assertThatThrownBy(() -> cron(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
