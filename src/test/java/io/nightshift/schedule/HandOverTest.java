package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of fires: overlap, pauses, files that change, fires by hand, jobs that are wrong. */
final class HandOverTest {

    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final String HOURLY = "every: 1h\ntime_zone: UTC\n";

    @TempDir
    Path folder;

    private SimulatedService service;

    @BeforeEach
    void open() throws Exception {
        service = SimulatedService.embedded(folder, START);
    }

    @AfterEach
    void close() throws Exception {
        service.close();
    }

    @Test
    void aFireIsHandedOverOnceHoweverOftenItIsAskedFor() throws Exception {
        apply("a", HOURLY);
        at(Duration.ofHours(1));
        assertThat(service.handOver.due("a")).contains(START.plus(Duration.ofHours(2)));
        service.handOver.due("a");
        assertThat(fires("a")).extracting(Fire::outcome).containsExactly(FireOutcome.FIRED);
        RunRecord run = service.runs.get(fires("a").get(0).run());
        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        assertThat(run.logicalDate()).isEqualTo(LocalDateTime.of(2026, 11, 24, 1, 0));
        assertThat(run.tags()).containsEntry("schedule", "a");
    }

    @Test
    void overlapSkipNamesTheRunThatIsOn() throws Exception {
        apply("a", HOURLY + "overlap: skip\n");
        hours("a", 1, 2);
        assertThat(fires("a")).extracting(Fire::outcome).containsExactly(FireOutcome.SKIPPED, FireOutcome.FIRED);
        assertThat(fires("a").get(0).reason())
                .isEqualTo("overlap: skip, and run " + fires("a").get(1).run() + " is on");
    }

    @Test
    void troubleOfAnyLengthIsKeptAndIsOverOnceThePlanIsHandedOver() throws Exception {
        apply("a", HOURLY);
        service.tables.schedules().trouble("a", "x".repeat(5000));
        assertThat(service.schedules.get("a").trouble()).hasSize(2000);
        hours("a", 1);
        assertThat(service.schedules.get("a").trouble()).isNull();
    }

    @Test
    void refusesTimesThatADatabaseWouldKeepAsOthers() throws Exception {
        apply("a", HOURLY);
        for (Instant until : List.of(Instant.MAX, Instant.parse("+10000-01-01T00:00:00Z"))) {
            assertThatThrownBy(() -> service.schedules.pause("a", "ann", "a typing error", until))
                    .hasMessageContaining("is not in the years 1 to 9999; nothing was changed");
        }
        assertThatThrownBy(() -> service.schedules.fire("a", LocalDateTime.of(10_000, 1, 1, 0, 0), "ann"))
                .hasMessageContaining("is not in the years 1 to 9999");
        assertThat(service.schedules.get("a").pause()).isNull();
        assertThat(fires("a")).isEmpty();
    }

    @Test
    void overlapQueueLetsEachWait() throws Exception {
        apply("a", HOURLY + "overlap: queue\n");
        hours("a", 1, 2, 3);
        assertThat(fires("a")).extracting(Fire::outcome).containsOnly(FireOutcome.FIRED);
        assertThat(service.queue.waiting()).hasSize(3);
    }

    @Test
    void overlapLatestOnlyKeepsOneThatWaits() throws Exception {
        apply("a", HOURLY + "overlap: latest_only\n");
        hours("a", 1, 2, 3);
        List<Fire> fires = fires("a");
        assertThat(fires)
                .extracting(Fire::outcome)
                .containsExactly(FireOutcome.FIRED, FireOutcome.MERGED, FireOutcome.MERGED);
        assertThat(service.queue.waiting()).hasSize(1);
        assertThat(service.runs.get(fires.get(1).run()).state()).isEqualTo(RunState.STOPPED);
        assertThat(fires.get(1).reason()).contains("the fire of 2026-11-24T03:00:00Z takes its place");
    }

    @Test
    void overlapReplaceStopsTheRunThatIsWorkedOn() throws Exception {
        apply("a", HOURLY + "overlap: replace\n");
        hours("a", 1);
        RunRecord working = service.startNext();
        hours("a", 2);
        assertThat(service.runs.get(working.id()).state()).isEqualTo(RunState.STOPPING);
        assertThat(service.queue.waiting()).hasSize(1);
        assertThat(fires("a")).extracting(Fire::outcome).containsOnly(FireOutcome.FIRED);
    }

    @Test
    void aPauseLeavesOutWhatIsDueWithinItAndSaysWhoAndWhy() throws Exception {
        apply("a", HOURLY);
        hours("a", 1);
        service.schedules.pause("a", "ann", "upstream is late", START.plus(Duration.ofHours(3)));
        hours("a", 2, 3, 4);
        assertThat(fires("a"))
                .extracting(Fire::outcome, Fire::reason)
                .containsExactly(
                        tuple(FireOutcome.FIRED, ""),
                        tuple(FireOutcome.FIRED, ""),
                        tuple(FireOutcome.SKIPPED, "paused by ann: upstream is late, until 2026-11-24T03:00:00Z"),
                        tuple(FireOutcome.FIRED, ""));
        service.schedules.pause("a", "ann", "", null);
        hours("a", 5);
        at(Duration.ofHours(6));
        service.schedules.resume("a");
        hours("a", 7);
        assertThat(fires("a"))
                .extracting(Fire::outcome)
                .startsWith(FireOutcome.FIRED, FireOutcome.SKIPPED, FireOutcome.SKIPPED, FireOutcome.FIRED);
    }

    @Test
    void aFireThatCannotBeARunIsRefusedWithTheReasonAndTheNextOneIsTried() throws Exception {
        apply("a", HOURLY);
        Files.delete(folder.resolve("jobs/nightly.yaml"));
        hours("a", 1);
        service.job("nightly", "table: nightly");
        hours("a", 2);
        assertThat(fires("a")).extracting(Fire::outcome).containsExactly(FireOutcome.FIRED, FireOutcome.REFUSED);
        assertThat(fires("a").get(1).reason()).contains("JOB_UNKNOWN", "nightly");
        assertThat(service.count("select count(*) from nightshift_alert where kind = 'FIRE_MISSED'"))
                .isEqualTo(1);
    }

    @Test
    void aFullQueueRefusesWhatFiresWithOneAlertAndTakesTheNextThatFits() throws Exception {
        service.close();
        service = SimulatedService.embedded(folder.resolve("full"), "queue: {most_waiting: 2}\n", START);
        apply("a", "every: 10m\ntime_zone: UTC\noverlap: queue\n");
        apply("b", "cron: '55 * * * *'\ntime_zone: UTC\noverlap: replace\n");
        minutes("a", 10, 20, 30, 40, 50);
        minutes("b", 55);
        assertThat(service.queue.waiting())
                .as("none ended for one that was refused")
                .hasSize(2);
        service.startNext();
        minutes("a", 60);
        assertThat(fires("a"))
                .extracting(Fire::outcome)
                .containsExactly(
                        FireOutcome.FIRED,
                        FireOutcome.REFUSED,
                        FireOutcome.REFUSED,
                        FireOutcome.REFUSED,
                        FireOutcome.FIRED,
                        FireOutcome.FIRED);
        assertThat(fires("a").get(1).reason())
                .isEqualTo(
                        "QUEUE_FULL: 2 runs wait, and queue.most_waiting allows 2; nothing was submitted. Try again when"
                                + " some of them have been taken, or cancel some: `nightshift queue` shows what waits and why");
        assertThat(fires("b")).extracting(Fire::outcome).containsExactly(FireOutcome.REFUSED);
        assertThat(service.queue.waiting()).hasSize(2);
        assertThat(service.count("select count(*) from nightshift_alert where kind = 'FIRE_MISSED' and subject = 'a'"))
                .isEqualTo(1);
        assertThat(service.count("select count(*) from nightshift_alert where kind = 'FIRE_MISSED' and subject = 'b'"))
                .isEqualTo(1);
    }

    @Test
    void latestOnlyKeepsItsPlaceInAFullQueue() throws Exception {
        service.close();
        service = SimulatedService.embedded(folder.resolve("full"), "queue: {most_waiting: 1}\n", START);
        apply("a", HOURLY + "overlap: latest_only\n");
        hours("a", 1, 2, 3);
        assertThat(fires("a"))
                .extracting(Fire::outcome)
                .containsExactly(FireOutcome.FIRED, FireOutcome.MERGED, FireOutcome.MERGED);
        assertThat(service.queue.waiting()).hasSize(1);
        assertThat(service.count("select count(*) from nightshift_alert")).isZero();
    }

    @Test
    void filesAreTheTruthAndTheLogStays() throws Exception {
        service.schedule("a", HOURLY);
        service.schedule("b", HOURLY);
        assertThat(service.schedules.reload("ann"))
                .extracting(ScheduleChange::schedule, ScheduleChange::kind)
                .containsExactly(tuple("a", ScheduleChange.Kind.ADDED), tuple("b", ScheduleChange.Kind.ADDED));
        assertThat(service.schedules.reload("ann")).isEmpty();
        at(Duration.ofMinutes(90));
        service.schedule("a", "every: 2h\ntime_zone: UTC\n");
        service.unschedule("b");
        assertThat(service.schedules.reload("ann"))
                .containsExactly(
                        new ScheduleChange("a", ScheduleChange.Kind.CHANGED, "- every: 1h; + every: 2h"),
                        new ScheduleChange("b", ScheduleChange.Kind.REMOVED, ""));
        // What was due before the change is not lost with it.
        assertThat(fires("a")).hasSize(1);
        assertThat(fires("b")).hasSize(1);
        at(Duration.ofHours(2));
        service.handOver.due("a");
        assertThat(service.handOver.due("b")).isEmpty();
        assertThat(fires("a")).hasSize(2);
        assertThat(fires("b")).hasSize(1);
        assertThatThrownBy(() -> service.schedules.get("b"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SCHEDULE_UNKNOWN));
        service.schedule("b", HOURLY);
        assertThat(service.schedules.reload("ann")).hasSize(1);
        assertThat(service.schedules.get("b").outcomes()).containsEntry(FireOutcome.LATE, 1L);
    }

    @Test
    void aBrokenFileChangesNothing() throws Exception {
        apply("a", HOURLY);
        service.schedule("a", "every: 2h\ntime_zone: UTC\n");
        service.schedule("b", "cron: '0 0 30 2 *'\ntime_zone: Mars/Base\n");
        assertThatThrownBy(() -> service.schedules.reload("ann"))
                .isInstanceOfSatisfying(NightshiftException.class, e -> {
                    assertThat(e.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
                    assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(2);
                });
        hours("a", 1);
        assertThat(fires("a")).hasSize(1);
    }

    @Test
    void aProcessInAnotherDirectoryRemovesNothing() throws Exception {
        apply("a", HOURLY);
        Files.move(folder.resolve("schedules"), folder.resolve("elsewhere"));
        assertThat(service.schedules.reload("ann")).isEmpty();
        hours("a", 1);
        assertThat(fires("a")).hasSize(1);
    }

    @Test
    void aFolderWithoutFilesRemovesAllSchedulesAndSaysSoOnce() throws Exception {
        apply("a", HOURLY);
        apply("b", HOURLY);
        at(Duration.ofMinutes(90));
        service.unschedule("a");
        service.unschedule("b");
        assertThat(service.schedules.reload("ann"))
                .extracting(ScheduleChange::schedule, ScheduleChange::kind)
                .containsExactly(tuple("a", ScheduleChange.Kind.REMOVED), tuple("b", ScheduleChange.Kind.REMOVED));
        assertThat(service.schedules.list()).isEmpty();
        assertThat(fires("a")).as("what was due before").hasSize(1);
        assertThat(service.schedules.reload("ann")).isEmpty();
        assertThat(service.alerts("SCHEDULES_REMOVED"))
                .singleElement()
                .asString()
                .contains("ann", "all 2", "a, b");
        apply("a", HOURLY);
        assertThat(service.schedules.list()).hasSize(1);
    }

    @Test
    void anOutageIsOneAlertOfWhatItMissedAlsoWhereSomeOfItRuns() throws Exception {
        apply("a", HOURLY + "misfire: 'all(max: 2)'\n");
        service.clock.set(START.plus(Duration.ofHours(50)).plusSeconds(90));
        service.handOver.due("a");
        assertThat(service.schedules.get("a").outcomes())
                .containsEntry(FireOutcome.MISSED, 48L)
                .containsEntry(FireOutcome.LATE, 2L);
        assertThat(service.count("select count(*) from nightshift_alert where kind = 'FIRE_MISSED'"))
                .isEqualTo(1);
        assertThat(service.count("select count(*) from nightshift_alert where kind = 'RUN_LATE'"))
                .isEqualTo(2);
    }

    @Test
    void aPersonFiresWhateverThePlanSays() throws Exception {
        apply("a", "cron: '0 2 * * *'\ntime_zone: UTC\npaused: true\n");
        Fire fire = service.schedules.fire("a", LocalDateTime.of(2001, 3, 6, 2, 0), "ann");
        Fire again = service.schedules.fire("a", LocalDateTime.of(2001, 3, 6, 2, 0), "ann");
        assertThat(fire.outcome()).isEqualTo(FireOutcome.FIRED);
        assertThat(fire.reason()).isEqualTo("by ann");
        assertThat(again.fireTime()).isAfter(fire.fireTime());
        assertThat(service.runs.get(fire.run()).logicalDate()).isEqualTo(LocalDateTime.of(2001, 3, 6, 2, 0));
    }

    @Test
    void aLongOutageOfAFastScheduleIsInTheLogWhole() throws Exception {
        apply("a", "every: 1s\ntime_zone: UTC\noverlap: skip\n");
        at(Duration.ofHours(6));
        service.handOver.due("a");
        assertThat(service.schedules.get("a").outcomes())
                .containsEntry(FireOutcome.MERGED, 6 * 3600L - 61)
                .containsEntry(FireOutcome.FIRED, 1L)
                .containsEntry(FireOutcome.SKIPPED, 60L);
    }

    @Test
    void theLatestOfALongOutageRunsThoughCalendarsExcludeWhatFollows() throws Exception {
        // A Friday, and then the weekend.
        service.clock.set(Instant.parse("2026-11-27T20:00:00Z"));
        apply("a", "every: 1m\ntime_zone: UTC\ncalendar: {only: business_day}\nmisfire: 'all(max: 3)'\n");
        service.clock.set(Instant.parse("2026-11-29T20:00:30Z"));
        service.handOver.due("a");
        assertThat(service.schedules.get("a").outcomes())
                .containsEntry(FireOutcome.LATE, 3L)
                .containsEntry(FireOutcome.MISSED, 239L - 3)
                .containsEntry(FireOutcome.SKIPPED, 44 * 60L + 1);
        assertThat(fires("a").stream()
                        .filter(fire -> fire.outcome() == FireOutcome.LATE)
                        .map(Fire::fireTime))
                .containsExactly(
                        Instant.parse("2026-11-27T23:59:00Z"),
                        Instant.parse("2026-11-27T23:58:00Z"),
                        Instant.parse("2026-11-27T23:57:00Z"));
    }

    private void apply(String name, String text) throws Exception {
        service.schedule(name, text);
        service.reconciler.apply("ann");
    }

    private void hours(String name, int... hours) {
        for (int hour : hours) {
            at(Duration.ofHours(hour));
            service.handOver.due(name);
        }
    }

    private void minutes(String name, int... minutes) {
        for (int minute : minutes) {
            at(Duration.ofMinutes(minute));
            service.handOver.due(name);
        }
    }

    private void at(Duration sinceStart) {
        service.clock.set(START.plus(sinceStart));
    }

    /** Newest first. */
    private List<Fire> fires(String name) {
        return service.tables.log().list(new FireFilter(name, null, null, null, null, 10_000));
    }
}
