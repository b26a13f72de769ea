package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a quiet time begins and ends, also in nights of seven and nine hours. */
class QuietTimeTest {

    private static QuietTime quiet(String from, String to, String zone) {
        return new QuietTime(LocalTime.parse(from), LocalTime.parse(to), ZoneId.of(zone), Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        // An ordinary night, 22:00 to 06:00 in winter.
        "22:00, 06:00, Europe/Berlin, 2026-01-10T20:59:59Z,",
        "22:00, 06:00, Europe/Berlin, 2026-01-10T21:00:00Z, 2026-01-11T05:00:00Z",
        "22:00, 06:00, Europe/Berlin, 2026-01-11T04:59:59Z, 2026-01-11T05:00:00Z",
        "22:00, 06:00, Europe/Berlin, 2026-01-11T05:00:00Z,",
        // The night to summer time is an hour shorter, that to winter time an hour longer.
        "22:00, 06:00, Europe/Berlin, 2026-03-28T21:00:00Z, 2026-03-29T04:00:00Z",
        "22:00, 06:00, Europe/Berlin, 2026-03-29T04:00:00Z,",
        "22:00, 06:00, Europe/Berlin, 2026-10-24T20:00:00Z, 2026-10-25T05:00:00Z",
        "22:00, 06:00, Europe/Berlin, 2026-10-25T04:30:00Z, 2026-10-25T05:00:00Z",
        // 02:30 is left out: quiet until 03:00, when clocks show a later time.
        "22:00, 02:30, Europe/Berlin, 2026-03-29T00:59:59Z, 2026-03-29T01:00:00Z",
        "22:00, 02:30, Europe/Berlin, 2026-03-29T01:00:00Z,",
        // 02:30 comes twice: the first ends it, and the repeated 02:15 is not quiet again.
        "22:00, 02:30, Europe/Berlin, 2026-10-25T00:15:00Z, 2026-10-25T00:30:00Z",
        "22:00, 02:30, Europe/Berlin, 2026-10-25T01:15:00Z,",
        // Within one day, and a zone whose clocks change by half an hour.
        "12:00, 13:00, UTC, 2026-05-01T12:30:00Z, 2026-05-01T13:00:00Z",
        "12:00, 13:00, UTC, 2026-05-01T13:00:00Z,",
        "23:00, 06:00, Australia/Lord_Howe, 2026-04-04T13:00:00Z, 2026-04-04T19:30:00Z",
    })
    void endsAtOneMoment(String from, String to, String zone, String moment, String end) {
        assertThat(quiet(from, to, zone).endOf(Instant.parse(moment)).map(Instant::toString))
                .isEqualTo(Optional.ofNullable(end));
    }

    @Test
    void everyMomentOfTwoYearsIsQuietUntilTheEndThatIsSaid() {
        QuietTime quiet = quiet("22:00", "02:30", "Europe/Berlin");
        Instant end = Instant.parse("2026-01-01T12:00:00Z");
        int nights = 0;
        for (Instant at = end; at.isBefore(Instant.parse("2028-01-01T12:00:00Z")); at = at.plusSeconds(300)) {
            Instant said = quiet.endOf(at).orElse(null);
            if (said != null && !said.equals(end)) {
                nights++;
                assertThat(said).isAfter(end);
                end = said;
            }
            // Once an end is said, it holds until then, and nothing is quiet after it before the next night.
            assertThat(said != null).as("quiet at %s", at).isEqualTo(at.isBefore(end));
        }
        assertThat(nights).isEqualTo(730);
    }
}
