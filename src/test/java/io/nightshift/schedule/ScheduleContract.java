package io.nightshift.schedule;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.atIndex;
import static org.assertj.core.api.Assertions.tuple;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the success of jobs fires, what becomes of runs that begin or end too late, and of files that change, on every database. */
abstract class ScheduleContract {

    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final LocalDateTime MONDAY = LocalDateTime.of(2026, 11, 23, 0, 0);

    @TempDir
    Path folder;

    SimulatedService service;

    /** Over the same database as the last one. */
    abstract SimulatedService open(Instant now) throws Exception;

    @BeforeEach
    void open() throws Exception {
        service = open(START);
        service.job("flights", "table: flights");
        service.job("weather", "table: weather");
    }

    @AfterEach
    void close() throws Exception {
        service.close();
    }

    private void restart() throws Exception {
        Instant now = service.clock.instant();
        service.close();
        service = open(now);
    }

    @Test
    void theSuccessOfOneJobFiresOnceForItsDate() throws Exception {
        apply("s", "after: flights\n");
        look();
        assertThat(fires("s")).isEmpty();
        service.complete(service.run("flights", MONDAY));
        look();
        look();
        assertThat(fires("s")).singleElement().satisfies(fire -> {
            assertThat(fire.outcome()).isEqualTo(FireOutcome.FIRED);
            assertThat(fire.logicalDate()).isEqualTo(MONDAY);
            assertThat(fire.reason()).isEqualTo("flights succeeded for 2026-11-23T00:00");
            assertThat(service.runs.get(fire.run()).logicalDate()).isEqualTo(MONDAY);
        });
        service.complete(service.run("flights", MONDAY));
        look();
        assertThat(fires("s")).as("the same date again").hasSize(1);
        service.complete(service.run("flights", MONDAY.plusDays(1)));
        look();
        assertThat(fires("s")).hasSize(2);
    }

    @Test
    void severalJobsFireWhenTheLastOfThemHasSucceededForTheSameDate() throws Exception {
        apply("s", "after: [flights, weather]\n");
        service.complete(service.run("flights", MONDAY));
        service.complete(service.run("weather", MONDAY.plusDays(1)));
        look();
        assertThat(fires("s")).isEmpty();
        service.complete(service.run("weather", MONDAY));
        look();
        assertThat(fires("s")).extracting(Fire::logicalDate).containsExactly(MONDAY);
    }

    @Test
    void aFailedJobFiresNothingUntilItSucceeds() throws Exception {
        apply("s", "after: [flights, weather]\n");
        service.complete(service.run("weather", MONDAY));
        RunRecord failed = service.fail(service.run("flights", MONDAY), FailureCode.SCHEMA_MISMATCH);
        look();
        assertThat(fires("s")).isEmpty();
        service.queue.restart(failed, "ann");
        look();
        assertThat(fires("s")).isEmpty();
        service.complete(service.startNext());
        look();
        assertThat(fires("s")).extracting(Fire::logicalDate).containsExactly(MONDAY);
    }

    @Test
    void whatSucceededWhileNobodyLookedFiresAfterARestart() throws Exception {
        apply("s", "after: [flights, weather]\n");
        service.complete(service.run("flights", MONDAY));
        look();
        restart();
        service.complete(service.run("weather", MONDAY));
        restart();
        look();
        assertThat(fires("s")).extracting(Fire::logicalDate).containsExactly(MONDAY);
        restart();
        look();
        assertThat(fires("s")).hasSize(1);
    }

    @Test
    void anEventThatWasStoredByAProcessThatDiedIsActedOn() throws Exception {
        apply("s", "after: flights\n");
        service.complete(service.run("flights", MONDAY));
        service.afterWatch.hear(
                service.afterWatch.news(), service.tables.schedules().all());
        restart();
        look();
        assertThat(fires("s")).hasSize(1);
    }

    @Test
    void newsThatAnotherProcessHasTooFireOnce() throws Exception {
        apply("s", "after: flights\n");
        look();
        service.complete(service.run("flights", MONDAY));
        List<AfterWatch.Success> news = service.afterWatch.news();
        assertThat(news).hasSize(1);
        look();
        service.afterWatch.hear(news, service.tables.schedules().all());
        look();
        assertThat(fires("s")).hasSize(1);
        assertThat(service.afterWatch.news()).isEmpty();
    }

    @Test
    void aScheduleThatIsAppliedAfterTheNewsWereHeardFindsWhatSucceededSince() throws Exception {
        apply("s", "after: flights\n");
        service.complete(service.run("flights", MONDAY));
        service.advance(Duration.ofMinutes(1));
        List<KnownSchedule> before = service.tables.schedules().all();
        // Applied at this moment, and visible to the process that hears the news only after it has read the schedules.
        apply("late", "after: flights\n");
        service.complete(service.run("flights", MONDAY.plusDays(1)));
        service.afterWatch.hear(service.afterWatch.news(), before);
        assertThat(service.afterWatch.news()).isEmpty();
        look();
        assertThat(fires("s")).hasSize(2);
        assertThat(fires("late"))
                .as("what succeeded since it was applied, and nothing before")
                .extracting(Fire::logicalDate)
                .containsExactly(MONDAY.plusDays(1));
    }

    @Test
    void aScheduleThatIsChangedForgetsNoDateAndFiresNoneAgain() throws Exception {
        apply("s", "after: flights\n");
        service.complete(service.run("flights", MONDAY));
        look();
        service.advance(Duration.ofMinutes(1));
        service.complete(service.run("flights", MONDAY.plusDays(1)));
        List<AfterWatch.Success> news = service.afterWatch.news();
        List<KnownSchedule> before = service.tables.schedules().all();
        service.advance(Duration.ofMinutes(1));
        apply("s", "after: flights\npriority: 7\n");
        service.afterWatch.hear(news, before);
        look();
        assertThat(fires("s")).extracting(Fire::logicalDate).containsExactlyInAnyOrder(MONDAY, MONDAY.plusDays(1));
    }

    @Test
    void aScheduleThatWaitsForOtherJobsOrComesBackHearsNothingOfBefore() throws Exception {
        apply("s", "after: flights\n");
        service.complete(service.run("weather", MONDAY));
        service.advance(Duration.ofMinutes(1));
        apply("s", "after: weather\n");
        look();
        assertThat(fires("s")).isEmpty();
        service.unschedule("s");
        service.reconciler.apply("ann");
        service.complete(service.run("weather", MONDAY.plusDays(1)));
        service.advance(Duration.ofMinutes(1));
        apply("s", "after: weather\n");
        look();
        assertThat(fires("s")).isEmpty();
    }

    @Test
    void aRunThatDoesNotStartInTimeIsMissedWithTheReasonAndOneAlert() throws Exception {
        apply("s", "every: 1h\ntime_zone: UTC\nstart_within: 10m\n");
        service.clock.set(START.plus(Duration.ofHours(1)));
        service.handOver.due("s");
        service.advance(Duration.ofMinutes(9));
        service.runWatch.giveUpOverdue();
        assertThat(fires("s")).extracting(Fire::outcome).containsExactly(FireOutcome.FIRED);
        service.advance(Duration.ofMinutes(1));
        service.runWatch.giveUpOverdue();
        service.runWatch.giveUpOverdue();
        assertThat(fires("s")).singleElement().satisfies(fire -> {
            assertThat(fire.outcome()).isEqualTo(FireOutcome.MISSED);
            assertThat(fire.reason()).isEqualTo("it did not start within start_within");
            assertThat(service.runs.get(fire.run()).state()).isEqualTo(RunState.STOPPED);
        });
        assertThat(service.queue.waiting()).isEmpty();
        assertThat(service.schedules.get("s").outcomes()).containsOnly(java.util.Map.entry(FireOutcome.MISSED, 1L));
        assertThat(service.alerts("FIRE_MISSED"))
                .containsExactly("the fire of 2026-11-24T01:00:00Z is MISSED: it did not start within start_within");
    }

    @Test
    void aRunThatWasTakenInTimeIsNotGivenUp() throws Exception {
        apply("s", "every: 1h\ntime_zone: UTC\nstart_within: 10m\n");
        service.clock.set(START.plus(Duration.ofHours(1)));
        service.handOver.due("s");
        service.startNext();
        service.advance(Duration.ofMinutes(20));
        service.runWatch.giveUpOverdue();
        assertThat(fires("s")).extracting(Fire::outcome).containsExactly(FireOutcome.FIRED);
        assertThat(service.alerts("FIRE_MISSED")).isEmpty();
    }

    @Test
    void aRunThatIsNotCompleteByItsDeadlineIsToldOnceWhateverItDoes() throws Exception {
        apply("waits", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\n");
        apply("works", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\n");
        apply("done", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\n");
        apply("tardy", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\n");
        service.clock.set("2026-11-24T02:00:00Z");
        for (String schedule : List.of("done", "tardy", "works", "waits")) {
            service.handOver.due(schedule);
        }
        service.complete(service.start(fires("done").get(0).run()));
        service.start(fires("works").get(0).run());
        RunRecord tardy = service.start(fires("tardy").get(0).run());
        service.clock.set("2026-11-24T05:59:59Z");
        service.runWatch.lookAtDeadlines();
        assertThat(service.alerts("DEADLINE_PASSED")).isEmpty();
        service.clock.set("2026-11-24T06:00:01Z");
        service.complete(tardy);
        service.runWatch.lookAtDeadlines();
        service.runWatch.lookAtDeadlines();
        String what = "the run for 2026-11-24T02:00 was to be complete by 2026-11-24T06:00:00Z and ";
        assertThat(service.alerts("DEADLINE_PASSED"))
                .containsExactlyInAnyOrder(
                        what + "is QUEUED", what + "is RUNNING", what + "was complete at 2026-11-24T06:00:01Z");
    }

    @Test
    void aDeadlineIsToldAlsoWhereTheRunNeverStarted() throws Exception {
        apply("given-up", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\nstart_within: 1h\n");
        apply("refused", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\n");
        apply("missed", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\nmisfire: skip\n");
        apply("paused", "cron: '0 2 * * *'\ntime_zone: UTC\nfinish_by: '06:00'\npaused: true\n");
        service.clock.set("2026-11-24T02:00:00Z");
        service.handOver.due("given-up");
        service.removeJob("nightly");
        service.handOver.due("refused");
        service.clock.set("2026-11-24T03:00:00Z");
        service.runWatch.giveUpOverdue();
        service.clock.set("2026-11-24T06:00:00Z");
        service.handOver.due("missed");
        service.handOver.due("paused");
        service.runWatch.lookAtDeadlines();
        String what = "the run for 2026-11-24T02:00 was to be complete by 2026-11-24T06:00:00Z and ";
        assertThat(service.alerts("DEADLINE_PASSED"))
                .containsExactlyInAnyOrder(
                        what + "never started, the fire is MISSED",
                        what + "never started, the fire is REFUSED",
                        what + "never started, the fire is MISSED");
    }

    @Test
    void aDeadlineIsTheTimeOnTheZonesClockOverAChangeOfIt() throws Exception {
        String berlin = "time_zone: Europe/Berlin\nfinish_by: '06:00'\n";
        service.clock.set("2027-03-27T20:00:00Z");
        apply("spring", "cron: '30 1 * * *'\n" + berlin);
        apply("gap", "cron: '30 1 * * *'\ntime_zone: Europe/Berlin\nfinish_by: '02:30'\n");
        service.clock.set("2027-03-28T00:30:00Z");
        service.handOver.due("spring");
        service.handOver.due("gap");
        // 06:00 is four hours later by the clock and three and a half by the sun; 02:30 is skipped.
        assertThat(fires("spring")).extracting(Fire::finishBy).containsExactly(Instant.parse("2027-03-28T04:00:00Z"));
        assertThat(fires("gap")).extracting(Fire::finishBy).containsExactly(Instant.parse("2027-03-28T01:30:00Z"));
        service.clock.set("2027-03-28T03:59:59Z");
        service.runWatch.lookAtDeadlines();
        assertThat(service.alerts("DEADLINE_PASSED"))
                .as("03:30, after the gap")
                .singleElement()
                .asString()
                .contains("2027-03-28T01:30");
        service.clock.set("2027-03-28T04:00:00Z");
        service.runWatch.lookAtDeadlines();
        assertThat(service.alerts("DEADLINE_PASSED")).hasSize(2);

        service.clock.set("2027-10-30T20:00:00Z");
        apply("autumn", "cron: '30 1 * * *'\n" + berlin);
        apply("day", "cron: '45 2 * * *'\ntime_zone: Europe/Berlin\nfinish_by: '02:30'\n");
        apply(
                "twice",
                "cron: '15 2 * * *'\ntime_zone: Europe/Berlin\ndaylight_saving: {overlap: twice}\nfinish_by: '02:45'\n");
        service.clock.set("2027-10-31T01:15:00Z");
        service.handOver.due("autumn");
        service.handOver.due("day");
        service.handOver.due("twice");
        assertThat(fires("autumn")).extracting(Fire::finishBy).containsExactly(Instant.parse("2027-10-31T05:00:00Z"));
        assertThat(fires("day")).extracting(Fire::finishBy).containsExactly(Instant.parse("2027-11-01T01:30:00Z"));
        assertThat(fires("twice"))
                .extracting(Fire::finishBy)
                .containsExactly(Instant.parse("2027-10-31T01:45:00Z"), Instant.parse("2027-10-31T00:45:00Z"));
    }

    @Test
    void aFireThatAnotherStandsForHasNoDeadline() throws Exception {
        apply("s", "every: 1h\ntime_zone: UTC\noverlap: latest_only\nfinish_by: '06:00'\n");
        for (int hour = 1; hour <= 3; hour++) {
            service.clock.set(START.plus(Duration.ofHours(hour)));
            service.handOver.due("s");
        }
        service.clock.set("2026-11-24T06:00:00Z");
        service.runWatch.lookAtDeadlines();
        assertThat(service.alerts("DEADLINE_PASSED")).singleElement().asString().contains("2026-11-24T03:00");
    }

    @Test
    void aChangedCalendarIsAChangeOfItsSchedulesAndAProcessWithoutTheFileKnowsIt() throws Exception {
        Path calendar = folder.resolve("company.yaml");
        String key = "every: 24h\ntime_zone: UTC\ncalendar: {exclude: ['" + calendar + "']}\n";
        Files.writeString(calendar, "calendar: company\ndays_off: [{date: 2026-11-25, name: Inventory}]\n");
        apply("s", key);
        apply("other", key);
        assertThat(service.count("select count(*) from nightshift_calendar"))
                .as("one text, however many name it")
                .isEqualTo(1);
        assertThat(service.tables.schedules().all())
                .as("what is read at every look")
                .noneMatch(known -> known.toString().contains("Inventory"));
        service.unschedule("other");
        service.reconciler.apply("ann");
        Files.delete(calendar);
        restart();
        service.clock.set("2026-11-25T00:00:00Z");
        service.handOver.due("s");
        assertThat(fires("s"))
                .extracting(Fire::outcome, Fire::reason)
                .containsExactly(tuple(FireOutcome.SKIPPED, "day off in company: Inventory"));

        Files.writeString(calendar, "calendar: company\ndays_off: [{date: 2026-11-26, name: Outing}]\n");
        assertThat(service.reconciler.apply("ann")).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(ScheduleChange.Kind.CHANGED);
            assertThat(change.details()).startsWith(calendar + ": - ").contains("Inventory", "+ ", "Outing");
        });
        assertThat(service.reconciler.apply("ann")).isEmpty();
        service.clock.set("2026-11-26T00:00:00Z");
        service.handOver.due("s");
        assertThat(fires("s").get(0).reason()).isEqualTo("day off in company: Outing");
    }

    @Test
    void textsOfCalendarsThatNoScheduleNamesAreLetGoAfterDays() throws Exception {
        Path calendar = folder.resolve("company.yaml");
        String key = "every: 24h\ntime_zone: UTC\ncalendar: {exclude: ['" + calendar + "']}\n";
        List<String> texts = IntStream.rangeClosed(1, 3)
                .mapToObj(day -> "calendar: company\ndays_off: [{date: 2027-02-0" + day + ", name: Outing}]\n")
                .toList();
        for (String text : texts) {
            Files.writeString(calendar, text);
            apply("s", key);
        }
        assertThat(calendars()).containsExactlyInAnyOrderElementsOf(texts);
        service.advance(Duration.ofDays(6));
        Files.writeString(calendar, texts.get(1));
        service.reconciler.apply("ann");
        assertThat(calendars()).as("others may still plan by them").hasSize(3);
        service.advance(Duration.ofDays(2));
        service.reconciler.apply("ann");
        assertThat(calendars())
                .as("one is named again, one was until now")
                .containsExactlyInAnyOrder(texts.get(1), texts.get(2));
        service.advance(Duration.ofDays(8));
        service.reconciler.apply("ann");
        assertThat(calendars()).containsExactly(texts.get(1));
        assertThat(service.schedules.get("s").trouble()).isNull();
        service.unschedule("s");
        service.reconciler.apply("ann");
        service.advance(Duration.ofDays(8));
        apply("s", key);
        assertThat(calendars()).containsExactly(texts.get(1));
    }

    private List<String> calendars() {
        return service.texts("select content from nightshift_calendar");
    }

    @Test
    void repairsThatGoOnAreThreeAlertsAndOneForTheRestOfTheHour() {
        List<RepairReport> processes = List.of(
                new RepairReport(service.alerts, service.clock), new RepairReport(service.alerts, service.clock));
        RepairReport first = processes.get(0);
        for (int i = 0; i < 1000; i++) {
            first.tell(Map.of("s-" + i, "it had no trigger"));
            first.tell(Map.of());
            service.advance(Duration.ofSeconds(1));
        }
        processes.get(1).tell(IntStream.range(0, 1000).boxed().collect(toMap(i -> "t-" + i, i -> "it had no trigger")));
        assertThat(service.alerts("TRIGGER_REPAIRED"))
                .hasSize(4)
                .satisfies(
                        rest -> assertThat(rest).contains("after its time: 1.", "s-3 (it had no trigger)"), atIndex(3));
        service.advance(Duration.ofHours(1));
        first.tell(Map.of("s-7", "its trigger was BLOCKED"));
        assertThat(service.alerts("TRIGGER_REPAIRED"))
                .hasSize(5)
                .last()
                .asString()
                .contains("BLOCKED");
    }

    @Test
    void aTroubleIsToldWhereTheScheduleComesIntoIt() throws Exception {
        apply("s", "after: flights\n");
        Troubles troubles = new Troubles(service.tables.schedules(), service.alerts, service.transactions());
        for (String trouble : List.of("no disk", "no disk", "no data")) {
            service.advance(Duration.ofSeconds(2));
            troubles.note("s", "it cannot fire", trouble, null);
        }
        assertThat(service.schedules.get("s").trouble()).isEqualTo("no data");
        assertThat(service.alerts("SCHEDULE_TROUBLED")).containsExactly("it cannot fire: no disk");
        look();
        service.complete(service.run("flights", MONDAY));
        look();
        assertThat(service.schedules.get("s").trouble()).isNull();
    }

    @Test
    void aScheduleWhosePlanTheDatabaseRefusesStaysAsItIsAndHoldsUpNoOther() throws Exception {
        apply("a", "every: 1h\ntime_zone: UTC\n");
        apply("b", "every: 1h\ntime_zone: UTC\n");
        service.jdbc()
                .sql("alter table nightshift_fire add constraint refuses_a check (schedule <> 'a')")
                .update();
        service.clock.set(START.plus(Duration.ofMinutes(90)));
        service.schedule("a", "every: 2h\ntime_zone: UTC\n");
        service.schedule("b", "every: 2h\ntime_zone: UTC\n");
        assertThat(service.reconciler.apply("ann"))
                .extracting(ScheduleChange::schedule, ScheduleChange::kind)
                .containsExactly(tuple("a", ScheduleChange.Kind.KEPT), tuple("b", ScheduleChange.Kind.CHANGED));
        assertThat(service.reconciler.unfinished()).isTrue();
        assertThat(service.schedules.get("a").definition()).contains("every: 1h");
        assertThat(fires("b")).hasSize(1);

        service.jdbc()
                .sql("alter table nightshift_fire drop constraint refuses_a")
                .update();
        assertThat(service.reconciler.apply("ann"))
                .extracting(ScheduleChange::schedule, ScheduleChange::kind)
                .containsExactly(tuple("a", ScheduleChange.Kind.CHANGED));
        assertThat(service.reconciler.unfinished()).isFalse();
        assertThat(fires("a")).as("what it had due before the change").hasSize(1);
    }

    void apply(String name, String text) throws Exception {
        service.schedule(name, text);
        service.reconciler.apply("ann");
    }

    /** What the process that serves does every two seconds. */
    private void look() {
        service.advance(Duration.ofSeconds(2));
        List<AfterWatch.Success> news = service.afterWatch.news();
        service.afterWatch.hear(news, service.tables.schedules().all());
        service.tables.events().schedulesWithOpen().forEach(service.handOver::events);
    }

    List<Fire> fires(String name) {
        return service.tables.log().list(new FireFilter(name, null, null, null, null, 10_000));
    }
}
