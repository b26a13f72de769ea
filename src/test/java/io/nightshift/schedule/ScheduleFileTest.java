package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.queue.Retry;
import io.nightshift.timing.CalendarFiles;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleFileTest {

    static final String WHOLE = """
            schedule: nightly-1.0
            description: what for
            job: flight-delay-daily
            cron: "30 2 * * MON-FRI"
            time_zone: Europe/Berlin
            daylight_saving: {gap: skip, overlap: twice}
            calendar: {exclude: [holidays/DE], only: last_business_day, weekend: [SAT, SUN]}
            parameters: {day: "${logical_date - 1d}", airport: 7}
            misfire: latest
            overlap: queue
            start_within: 3h
            finish_by: "06:00"
            retry: {attempts: 3, backoff: 1m..30m}
            priority: 7
            paused: true
            """;

    static String with(String trigger) {
        return "schedule: s\njob: j\n" + trigger + "\n";
    }

    private static ScheduleDefinition definition(String text) {
        return ScheduleFile.parse("s.yaml", text, CalendarFiles.here()).definition();
    }

    private static List<String> problemsOf(String text) {
        NightshiftException refused = catchThrowableOfType(
                NightshiftException.class, () -> ScheduleFile.parse("s.yaml", text, CalendarFiles.here()));
        assertThat(refused).as(text).isNotNull();
        return refused.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void everyKeyBecomesWhatItSays() {
        ScheduleDefinition schedule = definition(WHOLE);
        assertThat(schedule.name()).isEqualTo("nightly-1.0");
        assertThat(schedule.job()).isEqualTo("flight-delay-daily");
        assertThat(schedule.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(schedule.parameters()).isEqualTo(Map.of("day", "${logical_date - 1d}", "airport", "7"));
        assertThat(schedule.startWithin()).isEqualTo(Duration.ofHours(3));
        assertThat(schedule.finishBy()).isEqualTo(LocalTime.of(6, 0));
        assertThat(schedule.retry()).isEqualTo(new Retry(3, Duration.ofMinutes(1), Duration.ofMinutes(30)));
        assertThat(schedule.priority()).isEqualTo(7);
        assertThat(schedule.paused()).isTrue();
        assertThat(schedule.trigger()).isInstanceOfSatisfying(Trigger.Timed.class, timed -> assertThat(
                        timed.timing().words())
                .isEqualTo("at 02:30 from Monday to Friday, Europe/Berlin, only on the last business day of the month,"
                        + " not on days off in holidays/DE"));
    }

    @Test
    void whatIsNotSaidHasItsDefault() {
        ScheduleDefinition schedule = definition(with("every: 15m"));
        assertThat(schedule.zone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(schedule.misfire()).isEqualTo(Misfire.LATEST);
        assertThat(schedule.overlap()).isEqualTo(Overlap.QUEUE);
        assertThat(schedule.startWithin()).isNull();
        assertThat(schedule.finishBy()).isNull();
        assertThat(schedule.retry()).isEqualTo(Retry.NONE);
        assertThat(schedule.priority()).isEqualTo(5);
        assertThat(schedule.paused()).isFalse();
    }

    @Test
    void triggersAreTimesJobsOrData() {
        assertThat(definition(with("after: a")).trigger()).isEqualTo(new Trigger.After(List.of("a")));
        assertThat(definition(with("after: [a, b]")).trigger()).isEqualTo(new Trigger.After(List.of("a", "b")));
        assertThat(definition(with("when: {marker: in/_SUCCESS}")).trigger())
                .isEqualTo(new Trigger.Arrival(new Trigger.Marker("in/_SUCCESS"), Duration.ofMinutes(1)));
        assertThat(definition(with("when: {partition: in/day=*, check_every: 10s}"))
                        .trigger())
                .isEqualTo(new Trigger.Arrival(new Trigger.Partition("in/day=*"), Duration.ofSeconds(10)));
        assertThat(definition(with("when: {database: w, query: select max(id) from t}"))
                        .trigger())
                .isEqualTo(new Trigger.Arrival(new Trigger.Query("w", "select max(id) from t"), Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            misfire: skip              | SKIP        | 0
            misfire: latest            | LATEST      | 1
            misfire: "all(max: 7)"     | ALL         | 7
            misfire: all(7)            | ALL         | 7
            overlap: skip              | SKIP        | 1
            overlap: latest_only       | LATEST_ONLY | 1
            overlap: replace           | REPLACE     | 1
            overlap: parallel(2)       | PARALLEL    | 2
            """, quoteCharacter = '`')
    void policiesAreWordsWithTheirNumber(String line, String policy, int most) {
        ScheduleDefinition schedule = definition(with("every: 15m\n" + line));
        if (line.startsWith("misfire")) {
            assertThat(schedule.misfire()).isEqualTo(new Misfire(Misfire.Policy.valueOf(policy), most));
        } else {
            assertThat(schedule.overlap()).isEqualTo(new Overlap(Overlap.Policy.valueOf(policy), most));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cron: "30 2 * * MON-FRI"                                  | s.yaml:1:1: the key 'time_zone' is missing
            every: 1h, job: a                                         | s.yaml:3:15: not valid YAML
            every: 500ms                                              | from 1s to 366d
            every: 1500ms                                             | an interval is made of whole seconds
            at: [2026-02-30T18:00]                                    | there is no such moment in the calendar
            at: []                                                    | the list has 0 items
            after: [a, a]                                             | a job is named twice
            {}                                                        | s.yaml
            when: {database: w, query: delete from t}                 | s.yaml:3:28: when.query: 'delete from t': is not one select
            when: {database: w, query: "select 1; drop table t"}      | is not one select
            when: {query: select 1}                                   | 'query' needs the name of a 'database'
            when: {marker: "in/${logical_date}"}                      | expressions are allowed in parameters only
            when: {marker: a, check_every: 500ms}                     | from 1s to 1d
            """)
    void aTriggerThatIsWrongIsRefusedAtItsPlace(String trigger, String message) {
        assertThat(problemsOf(with(trigger)))
                .anySatisfy(problem -> assertThat(problem).contains(message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            time_zone: Europe/Berlni                          | s.yaml:4:12: time_zone: 'Europe/Berlni': there is no such time zone; zones are named by place, such as Europe/Berlin, did you mean 'Europe/Berlin'?
            time_zone: Berlin                                 | did you mean 'Europe/Berlin'?
            time_zone: +02:00                                 | in quotes
            daylight_saving: {gap: skip}                      | daylight_saving: goes with cron and at
            finish_by: 06:00                                  | in quotes
            finish_by: "24:00"                                | is not a time of the day in quotes such as "06:00"
            misfire: all                                      | is not latest, skip or "all(max: 7)"
            overlap: paralell(2)                              | is not skip, queue, latest_only, replace or parallel(2)
            retry: {attempts: 0}                              | from 1 to 100
            retry: {attempts: 2, backoff: 30m..1m}            | the longest pause is shorter than the first
            priority: 0                                       | from 1 to 10
            parameter: {day: 1}                               | did you mean 'parameters'?
            start_within: 3 hours                             | is not a duration
            """)
    void aValueThatIsWrongIsRefusedAtItsPlace(String line, String message) {
        assertThat(problemsOf(with("every: 15m\n" + line)))
                .singleElement()
                .asString()
                .startsWith("s.yaml:4:")
                .contains(message);
    }

    @Test
    void everyProblemOfAFileComesAtOnce() {
        assertThat(problemsOf("schedule: S\njob: j\ncron: \"0 25 30 2 *\"\ntime_zone: Mars\nprioritee: 3\n"))
                .hasSize(4);
        assertThat(problemsOf(with("cron: \"0 0 30 2 *\"\ntime_zone: UTC")))
                .singleElement()
                .asString()
                .contains(
                        "s.yaml:3:7: cron: '0 0 30 2 *': it is never due within five years: there is no day 30 in FEB");
        assertThat(problemsOf(with("cron: 0 0 * * SUN\ntime_zone: UTC\ncalendar: {only: business_day}")))
                .singleElement()
                .asString()
                .contains("cron: it is never due within five years: the calendar excludes all its days");
        assertThat(problemsOf(with("cron: 0 0 1 1 *\nevery: 1h")))
                .singleElement()
                .asString()
                .contains("a schedule has cron and every; only one of them is allowed");
    }
}
