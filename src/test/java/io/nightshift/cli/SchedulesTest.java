package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Schedules as users check and preview them: from files alone. */
final class SchedulesTest {

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String schedule(String name, String job, String rest) {
        return "schedule: " + name + "\njob: " + job + "\n" + rest + "\n";
    }

    @Test
    void theNextFiresOfTheSampleAreShownWithWhatIsLeftOut() {
        CommandRun next = CommandRun.of(
                "schedules", "next", "flight-delay-nightly", "--count", "3", "--from", "2027-03-25T12:00");
        assertThat(next.exitCode()).as(next.err()).isZero();
        assertThat(next.out().lines().map(line -> line.strip().replaceAll("  +", " | ")))
                .containsExactly(
                        "flight-delay-nightly: job flight-delay-daily, at 02:30 from Monday to Friday, Europe/Berlin, not on"
                                + " days off in holidays/DE, company",
                        "FIRE TIME (Europe/Berlin) | LOGICAL DATE | UTC | NOTE | LEFT OUT",
                        "Fri 2027-03-26 02:30:00 +01:00 | 2027-03-26T02:30 | 2027-03-26T01:30:00Z | holiday in DE: Good Friday",
                        "Mon 2027-03-29 02:30:00 +02:00 | 2027-03-29T02:30 | 2027-03-29T00:30:00Z | holiday in DE: Easter Monday",
                        "Tue 2027-03-30 02:30:00 +02:00 | 2027-03-30T02:30 | 2027-03-30T00:30:00Z",
                        "Wed 2027-03-31 02:30:00 +02:00 | 2027-03-31T02:30 | 2027-03-31T00:30:00Z",
                        "Thu 2027-04-01 02:30:00 +02:00 | 2027-04-01T02:30 | 2027-04-01T00:30:00Z");
    }

    @Test
    void aChangeOfTheClockIsNoted() throws IOException {
        Path file = file("s.yaml", schedule("s", "j", "cron: 30 2 * * *\ntime_zone: Europe/Berlin"));
        CommandRun next = CommandRun.of(
                "--output", "json", "schedules", "next", file.toString(), "--count", "3", "--from", "2027-03-26T12:00");
        assertThat(next.exitCode()).as(next.err()).isZero();
        JsonNode document = next.outJson();
        assertThat(document.get("timing").asString()).isEqualTo("at 02:30 every day, Europe/Berlin");
        assertThat(StreamSupport.stream(document.get("fires").spliterator(), false)
                        .map(fire -> fire.get("fire_time").asString() + " "
                                + fire.get("logical_date").asString() + " "
                                + fire.get("note").asString()))
                .containsExactly(
                        "2027-03-27T01:30:00Z 2027-03-27T02:30 ",
                        "2027-03-28T01:00:00Z 2027-03-28T02:30 the clock skips 02:30 on 2027-03-28",
                        "2027-03-29T00:30:00Z 2027-03-29T02:30 ");
    }

    @Test
    void timesThatOneRuleLeavesOutShareALine() throws IOException {
        Path file =
                file("s.yaml", schedule("s", "j", "every: 12h\ntime_zone: UTC\ncalendar: {only: last_business_day}"));
        CommandRun next =
                CommandRun.of("schedules", "next", file.toString(), "--count", "2", "--from", "2027-01-01T01:00");
        assertThat(next.out().lines().skip(2).map(line -> line.strip().replaceAll("  +", " | ")))
                .containsExactly(
                        "Fri 2027-01-01 12:00:00 +00:00 | 2027-01-01T12:00 | 2027-01-01T12:00:00Z | not the last business day of the"
                                + " month (55 times, to 2027-01-28T12:00)",
                        "Fri 2027-01-29 00:00:00 +00:00 | 2027-01-29T00:00 | 2027-01-29T00:00:00Z",
                        "Fri 2027-01-29 12:00:00 +00:00 | 2027-01-29T12:00 | 2027-01-29T12:00:00Z");
    }

    @Test
    void whatHasNoNextFireSaysWhy() throws IOException {
        Path past = file("past.yaml", schedule("past", "j", "at: [2020-01-01T00:00]\ntime_zone: UTC"));
        CommandRun none = CommandRun.of("schedules", "next", past.toString());
        assertThat(none.exitCode()).isZero();
        assertThat(none.out()).contains("no fire within the next five years");

        Path after = file("after.yaml", schedule("after", "j", "after: [a, b]"));
        assertThat(CommandRun.of("schedules", "next", after.toString()))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err())
                        .contains("it fires after the success of a and b for the same logical date"));
        assertThat(CommandRun.of("schedules", "next", "flight-delay-nightli").err())
                .contains("SCHEDULE_UNKNOWN", "did you mean 'flight-delay-nightly'?");
        assertThat(CommandRun.of("schedules", "next", past.toString(), "--count", "0")
                        .err())
                .contains("--count 0 is not from 1 to 1000");
    }

    @Test
    void everythingThatIsShippedIsValid() {
        CommandRun valid = CommandRun.of("validate");
        assertThat(valid.exitCode()).as(valid.err()).isZero();
        assertThat(valid.out()).contains("job flight-delay-daily is valid", "schedule flight-delay-nightly is valid");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            flight-dely-daily  | every: 1h                                          | :2:6: job: there is no job 'flight-dely-daily' in jobs
            flight-dely-daily  | every: 1h                                          | did you mean 'flight-delay-daily'?
            flight-delay-daily | {every: 1h, parameters: {dai: 1}}                  | has no parameter 'dai' (it takes day), did you mean 'day'?
            flight-delay-daily | {every: 1h, parameters: {day: "${logical_date}"}}  |
            flight-delay-daily | {every: 1h, parameters: {day: "${logical_date - 1h}"}}  |
            flight-delay-daily | {every: 1h, parameters: {day: "${logicaldate}"}}   | did you mean 'logical_date'?
            flight-delay-daily | {every: 1h, parameters: {day: tomorrow}}           | parameter 'day' of job flight-delay-daily: 'tomorrow' is not a date
            flight-delay-daily | after: [flight-delay, flight-dely]                 | after[1]: there is no job 'flight-dely' in jobs
            flight-delay-daily | when: {database: warehouse, query: select 1}       | when.database: there is no database 'warehouse' in the configuration
            """)
    void aScheduleIsCheckedAgainstWhatIsDeclared(String job, String rest, String message) throws IOException {
        String more = rest.startsWith("{") ? flattened(rest) : rest;
        Path file = file("s.yaml", schedule("s", job, more));
        CommandRun run = CommandRun.of("validate", file.toString());
        if (message == null) {
            assertThat(run.exitCode()).as(run.err()).isZero();
        } else {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains(file + ":").contains(message);
        }
    }

    @Test
    @Timeout(60)
    void whatIsNoRegularFileIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(CommandRun.of("validate", pipe.toString()))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err()).contains(pipe + "", "is no regular file"));
        Path file =
                file("s.yaml", schedule("s", "j", "every: 1h\ntime_zone: UTC\ncalendar: {exclude: '" + pipe + "'}"));
        assertThat(CommandRun.of("validate", file.toString()))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err())
                        .contains(file + ":5:21: ", "exclude: '" + pipe + "': is no regular file"));
    }

    /** The keys of a mapping in one line, each on its own: they are keys of the schedule. */
    private static String flattened(String mapping) {
        return mapping.substring(1, mapping.length() - 1).replace(", parameters", "\nparameters");
    }

    @Test
    void schedulesAreCheckedAgainstEachOtherAndAllProblemsComeAtOnce() throws IOException {
        file("a.yaml", schedule("a", "flight-delay", "after: flight-delay-daily"));
        file("b.yaml", schedule("b", "flight-delay-daily", "after: flight-delay"));
        file("c.yaml", schedule("a", "flight-delay", "every: 1h"));
        file("d.yaml", schedule("d", "flight-delay", "every: 0h"));
        file("e.yaml", schedule("e", "flight-delay", "after: flight-delay"));
        file("job.yaml", "job: broken\nkey: 1\n");
        CommandRun run = CommandRun.of("validate", folder.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "jobs wait for each other in a circle: flight-delay after flight-delay-daily after flight-delay")
                .contains("jobs wait for each other in a circle: flight-delay after flight-delay\n")
                .contains("c.yaml:1:11: schedule: the name 'a' is already taken by " + folder.resolve("a.yaml"))
                .contains("d.yaml:3:8: every: '0h' is not a duration")
                .contains("job.yaml:2:6: key: ");
    }
}
