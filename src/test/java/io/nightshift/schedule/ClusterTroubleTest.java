package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.FaultProxy;
import io.nightshift.FaultProxy.Fault;
import io.nightshift.FaultProxy.Strike;
import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import io.nightshift.Seed;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.WaitingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls schedules while they fire: changed files, removed ones, cut connections, a process that dies. */
class ClusterTroubleTest {

    private static final String FIRES = "select count(*) from nightshift_fire";

    @TempDir
    Path folder;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();

    @Test
    void twoProcessesApplyDifferentFilesWhileBothFire() throws Exception {
        String url = PostgresServer.newDatabase();
        ServiceFolder one = ServiceFolder.onPostgres(sub("one"), url, url, ServiceFolder.NO_WORKERS);
        ServiceFolder two = ServiceFolder.onPostgres(sub("two"), url, url, ServiceFolder.NO_WORKERS);
        one.schedules(8, "every: 1s");
        two.schedules(8, "every: 1s\npriority: 7");
        FireAudit audit = new FireAudit(one.database());
        try (ServingNode first = ServingNode.start(one, "home", Clock.systemUTC());
                ServingNode second = ServingNode.start(two, "home", Clock.systemUTC())) {
            Instant begin = audit.jdbc()
                    .sql("select min(applied_at) from nightshift_schedule")
                    .query((row, number) -> row.getTimestamp(1).toInstant())
                    .single();
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(() -> reload(first)),
                            CompletableFuture.runAsync(() -> reload(second)))
                    .get(90, TimeUnit.SECONDS);
            Instant until = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
            audit.awaitPlannedUntil(until, 30);
            // Both files plan every second, so whichever holds, no second may be missing.
            long seconds = Duration.between(
                            begin.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1), until)
                    .toSeconds();
            assertThat(audit.jdbc()
                            .sql("select count(*) from nightshift_fire where fire_time > ? and fire_time <= ?"
                                    + " group by schedule")
                            .params(java.sql.Timestamp.from(begin.plusSeconds(1)), java.sql.Timestamp.from(until))
                            .query(Long.class)
                            .list())
                    .hasSize(8)
                    .containsOnly(seconds);
        }
    }

    private static void reload(ServingNode node) {
        for (int i = 0; i < 25; i++) {
            node.keeper().reload("ann");
        }
    }

    @Test
    void aFireByHandTakesNoPlannedFiresPlaceAndNeitherDoesAClockThatGoesAfterAnothers() throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS);
        service.schedule("s", "every: 1s");
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        try (ServingNode before = new ServingNode(service, "before", Clock.fixed(second.minusMillis(500), ZONE));
                ServingNode at = new ServingNode(service, "at", Clock.fixed(second, ZONE));
                ServingNode after = new ServingNode(service, "after", Clock.fixed(second.plusMillis(4500), ZONE))) {
            before.keeper().reload("ann");
            assertThat(at.handOver().byHand("s", null, "ann").fireTime()).isAfter(second);
            after.handOver().due("s");
            service.schedule("s", "every: 1s\npriority: 7");
            before.keeper().reload("ann");
            after.handOver().due("s");
            try (ServingNode later = new ServingNode(service, "later", Clock.fixed(second.plusSeconds(9), ZONE))) {
                later.handOver().due("s");
                assertThat(later.bean(FireLog.class)
                                .list(new FireFilter("s", null, second, second.plusSeconds(9), null, 100)))
                        .extracting(Fire::fireTime)
                        .filteredOn(time -> time.getNano() == 0)
                        .hasSize(10)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aClockThatEndsLeavesTheOthersOfItsProcessTheirOwn() throws Exception {
        ServiceFolder one = ServiceFolder.onPostgres(sub("one"), ServiceFolder.NO_WORKERS);
        ServiceFolder two = ServiceFolder.onPostgres(sub("two"), ServiceFolder.NO_WORKERS);
        one.schedule("s", "every: 1s");
        two.schedule("s", "every: 1s");
        FireAudit audit = new FireAudit(two.database());
        ServingNode first = ServingNode.start(one, "home", Clock.systemUTC());
        try (ServingNode second = ServingNode.start(two, "home", Clock.systemUTC())) {
            first.close();
            assertThat(second.keeper().reload("ann")).isEmpty();
            audit.awaitAtLeast("fires", 30, FIRES, audit.count(FIRES) + 3);
        }
    }

    private static final java.time.ZoneId ZONE = java.time.ZoneOffset.UTC;

    @Test
    void aRemovedSchedulesRunStillWaits() throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS);
        service.schedule("gone", "every: 1h");
        service.schedule("stays", "every: 1h");
        try (ServingNode node = new ServingNode(service, "home", Clock.systemUTC())) {
            node.keeper().reload("ann");
            Fire fire = node.handOver().byHand("gone", null, "ann");
            service.removeSchedule("gone");
            assertThat(node.keeper().reload("ann"))
                    .extracting(ScheduleChange::schedule, ScheduleChange::kind)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("gone", ScheduleChange.Kind.REMOVED));
            assertThat(node.bean(RunQueue.class).waiting())
                    .extracting(WaitingRun::run)
                    .containsExactly(fire.run());
            assertThat(new StuckTriggers(node.bean(LedgerDatabases.class).metadata()).armed())
                    .containsOnlyKeys("stays");
            assertThat(node.bean(FireLog.class).list(new FireFilter("gone", null, null, null, null, 10)))
                    .containsExactly(fire);
        }
    }

    @Test
    void cutConnectionsLoseNothing() throws Exception {
        String url = PostgresServer.newDatabase();
        try (FaultProxy wire = new FaultProxy(url)) {
            ServiceFolder service = ServiceFolder.onPostgres(folder, url, wire.url(url), ServiceFolder.NO_WORKERS);
            service.schedules(10, "every: 1s");
            FireAudit audit = new FireAudit(service.database());
            try (ServingNode node = ServingNode.start(service, "home", Clock.systemUTC())) {
                audit.awaitAtLeast("fires", 30, FIRES, 10);
                List<Strike> strikes = Stream.generate(() -> new Strike(
                                random.nextInt(3) == 0 ? Fault.COMMIT_ANSWER_LOST : Fault.RESET, random.nextInt(400)))
                        .limit(30)
                        .toList();
                wire.strike(strikes);
                audit.awaitAtLeast("fires, " + seed, 60, FIRES, 120);
                int struck = strikes.size() - wire.left();
                wire.strike(List.of());
                Instant until = Instant.now();
                audit.awaitPlannedUntil(until, 60);
                System.out.println(audit.requireEachOnce(until, seed.toString()) + " fires, each once, after " + struck
                        + " cuts; " + seed + " " + audit.outcomes());
                assertThat(struck).isPositive();
            }
        }
    }

    @Test
    void aKilledProcessWithTheEmbeddedDatabaseHandsOverWhenItStartsAgain() throws Exception {
        ServiceFolder service = ServiceFolder.embedded(folder, ServiceFolder.NO_WORKERS);
        service.schedules(10, "every: 1s");
        for (int i = 0; i < 3; i++) {
            awaitServing(service.serveIn("home")).killAfter(1000 + random.nextInt(2000));
        }
        NightshiftProcess last = awaitServing(service.serveIn("home"));
        last.signal("TERM");
        assertThat(last.await().exit()).isZero();
        try (ServingNode node = new ServingNode(service, "home", Clock.systemUTC())) {
            FireAudit audit =
                    new FireAudit(node.bean(LedgerDatabases.class).metadata().dataSource());
            // What is due when the last one ends is left to the next.
            Instant until = audit.jdbc()
                    .sql("select min(planned_until) from nightshift_schedule")
                    .query((row, number) -> row.getTimestamp(1).toInstant())
                    .single();
            int fires = audit.requireEachOnce(until, seed.toString());
            System.out.println(fires + " fires, each once, after 3 kills; " + seed + " " + audit.outcomes());
            assertThat(fires).as("fires from the first process on, %s", seed).isPositive();
        }
    }

    private static NightshiftProcess awaitServing(NightshiftProcess process) {
        while (!process.outputSoFar().contains("serving")) {
            assertThat(process.isAlive()).as(process.errorsSoFar()).isTrue();
            LockSupport.parkNanos(20_000_000);
        }
        return process;
    }

    private Path sub(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
