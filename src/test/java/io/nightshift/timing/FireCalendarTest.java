package io.nightshift.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import io.nightshift.definition.SchemaFile;
import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FireCalendarTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final SchemaFile SCHEMA =
            new SchemaFile("Nightshift calendar", CompanyCalendar.FORMAT, FireCalendarTest.class);

    @TempDir
    private Path folder;

    private static FireCalendar calendar(String yaml) {
        Problems problems = new Problems();
        FireCalendar calendar = FireCalendar.format(CalendarFiles.here()).read(document(yaml, problems), problems);
        assertThat(problems.sorted()).isEmpty();
        return Objects.requireNonNull(calendar);
    }

    private static List<String> problemsOf(String yaml) {
        Problems problems = new Problems();
        FireCalendar.format(CalendarFiles.here()).read(document(yaml, problems), problems);
        return problems.sorted().stream().map(Problem::toString).toList();
    }

    private static io.nightshift.definition.Node document(String yaml, Problems problems) {
        return Objects.requireNonNull(Document.parse("s.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems))
                .root();
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("days.yaml"), yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            holidays/DE     | 2027-12-25 | holiday in DE: 1st Christmas day
            holidays/DE     | 2027-01-06 |
            holidays/DE-BY  | 2027-01-06 | holiday in DE-BY: Epiphany
            holidays/de-by  | 2027-05-27 | holiday in DE-BY: Corpus Christi
            holidays/DE     | 2027-05-17 | holiday in DE: Whit Monday
            holidays/US     | 2027-12-31 | holiday in US: New Year's Day (observed)
            holidays/US     | 2028-01-01 | holiday in US: New Year's Day
            holidays/GB     | 2027-12-28 | holiday in GB: Boxing Day (observed)
            """)
    void publicHolidaysAreThoseOfTheCountryOrItsPart(String calendar, LocalDate day, String reason) {
        assertThat(calendar("exclude: " + calendar).excluded(day).orElse(null)).isEqualTo(reason);
    }

    @Test
    void aCompanysDaysOffAreItsDatesSpansAndYearlyDays() {
        FireCalendar calendar = calendar("exclude: [holidays/DE, calendars/company.yaml]");
        assertThat(calendar.excluded(LocalDate.parse("2031-12-24"))).hasValue("day off in company: Christmas Eve");
        assertThat(calendar.excluded(LocalDate.parse("2026-12-27"))).isEmpty();
        assertThat(calendar.excluded(LocalDate.parse("2026-12-28"))).hasValue("day off in company: Between the years");
        assertThat(calendar.excluded(LocalDate.parse("2026-12-31"))).hasValue("day off in company: Between the years");
        assertThat(calendar.excluded(LocalDate.parse("2027-01-01"))).hasValue("holiday in DE: New Year's Day");
        assertThat(calendar.excluded(LocalDate.parse("2027-05-07")))
                .hasValue("day off in company: Bridge day after Ascension");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            business_day                  | 2027-05-03, 2027-05-04, 2027-05-05, 2027-05-10, 2027-05-11
            first_business_day            | 2027-05-03, 2027-06-01, 2027-07-01, 2027-08-02, 2027-09-01
            last_business_day             | 2027-05-31, 2027-06-30, 2027-07-30, 2027-08-31, 2027-09-30
            first_business_day_of_week    | 2027-05-03, 2027-05-10, 2027-05-18, 2027-05-24, 2027-05-31
            last_business_day_of_week     | 2027-05-05, 2027-05-14, 2027-05-21, 2027-05-28, 2027-06-04
            first_business_day_of_quarter | 2027-07-01, 2027-10-01, 2028-01-03, 2028-04-03, 2028-07-03
            last_business_day_of_quarter  | 2027-06-30, 2027-09-30, 2027-12-31, 2028-03-31, 2028-06-30
            """)
    void aRuleTakesTheBusinessDaysThatItNames(String rule, String days) {
        // Ascension is on 2027-05-06, the company's bridge day on 2027-05-07, Whit Monday on 2027-05-17.
        Timing timing = Timing.cron(
                "0 6 * * *",
                BERLIN,
                DaylightSaving.DEFAULT,
                calendar("{exclude: [holidays/DE, calendars/company.yaml], only: " + rule + "}"));
        assertThat(timing.between(Instant.parse("2027-05-01T00:00:00Z"), Instant.parse("2028-12-01T00:00:00Z"), 1000))
                .filteredOn(fire -> fire.excludedBy() == null)
                .extracting(fire -> fire.logicalDate().toLocalDate().toString())
                .startsWith(days.split(", "));
        assertThat(timing.nextIncluded(Instant.parse("2027-05-01T00:00:00Z")))
                .map(fire -> fire.logicalDate().toLocalDate().toString())
                .hasValue(days.split(", ")[0]);
    }

    @Test
    void whatIsExcludedIsShownWithTheReason() {
        Timing timing =
                Timing.every(Duration.ofHours(12), BERLIN, calendar("{exclude: holidays/DE, only: last_business_day}"));
        List<PlannedFire> fires = timing.between(
                Instant.parse("2026-12-30T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"), Integer.MAX_VALUE);
        assertThat(fires)
                .extracting(PlannedFire::excludedBy)
                .containsExactly("not the last business day of the month", null, null, "holiday in DE: New Year's Day");
        assertThat(timing.words())
                .isEqualTo(
                        "every 12 hours, in steps from midnight UTC, only on the last business day of the month, not on"
                                + " days off in holidays/DE");
    }

    @Test
    void aWeekendIsWhatTheScheduleSays() {
        FireCalendar calendar = calendar("{only: first_business_day_of_week, weekend: [FRI, SAT]}");
        assertThat(calendar.excluded(LocalDate.parse("2027-05-03"))).isEmpty();
        assertThat(calendar("{only: business_day, weekend: [FRI, SAT]}").excluded(LocalDate.parse("2027-05-07")))
                .hasValue("not a business day");
        assertThat(calendar("{only: business_day, weekend: [FRI, SAT]}").excluded(LocalDate.parse("2027-05-09")))
                .isEmpty();
    }

    @Test
    void aScheduleWhoseDaysAreAllExcludedIsRefused() {
        FireCalendar calendar = calendar("only: business_day");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Timing.cron("0 6 * * SUN", BERLIN, DaylightSaving.DEFAULT, calendar))
                .hasMessage("it is never due within five years: the calendar excludes all its days");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exclude: holidays/DX                | there are no holidays of 'DX', only of AD
            exclude: holidays/DE-XX             | there are no holidays of 'DE-XX'; DE has the parts BB, BE, BW, BY
            exclude: DE                         | is not holidays/ and a country such as holidays/DE, or the path of a calendar file
            exclude: calendars/none.yaml        | there is no such calendar file; its path starts at the working directory
            only: last_busines_day              | did you mean 'last_business_day'?
            weekend: [SAT, SUNDAY]              | is not one of MON, TUE, WED, THU, FRI, SAT, SUN
            """)
    void aCalendarThatIsUnknownIsRefused(String yaml, String message) {
        assertThat(problemsOf(yaml))
                .singleElement()
                .asString()
                .startsWith("s.yaml:1:")
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {date: 2027-02-29, name: x}                  | there is no such day in the calendar
            {yearly: "02-30", name: x}                   | there is no such day in the calendar
            {from: 2027-02-03, name: x}                  | 'from' needs the last day too: add 'to'
            {date: 2027-02-03, to: 2027-02-04, name: x}  | 'to' goes with 'from'
            {from: 2027-02-03, to: 2027-02-02, name: x}  | the last day 2027-02-02 is before the first day 2027-02-03
            {from: 2027-02-03, date: 2027-02-02, name: x}| only one of them is allowed
            {name: x}                                    | a day off needs one of date, from, yearly
            {date: 2027-02-01}                           | the key 'name' is missing
            """)
    void aCalendarFileWithProblemsIsRefusedAtTheirPlaces(String day, String message) throws IOException {
        Path file = file("calendar: days\ndays_off:\n  - " + day + "\n");
        assertThat(problemsOf("exclude: " + file))
                .singleElement()
                .asString()
                .startsWith(file + ":3:")
                .contains(message);
    }

    @Test
    void theSchemaFileIsCurrent() throws IOException {
        SCHEMA.assertSchemaIsCurrent(Path.of("calendars/schema/calendar.schema.json"));
        assertThat(SCHEMA.errorsIn(Files.readString(Path.of("calendars/company.yaml"))))
                .isEmpty();
    }
}
