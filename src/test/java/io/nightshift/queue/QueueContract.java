package io.nightshift.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Application;
import io.nightshift.ManualClock;
import io.nightshift.MetadataPlace;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.Leases;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.ledger.WaitingRuns;
import io.nightshift.run.CrashRecovery;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What the queue does, on every database that may keep it. */
abstract class QueueContract {

    private static final LocalDateTime DAY = LocalDateTime.of(2001, 3, 5, 0, 0);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-11-24T02:30:00Z");
    private final List<RunRecord> recovered = new ArrayList<>();
    private final List<RunRecord> ended = new ArrayList<>();
    private Databases databases;
    private Home home;
    private ConfigurableApplicationContext context;

    abstract MetadataPlace place();

    @BeforeEach
    void open() {
        databases =
                new Databases(Configuration.load(place().configuration(folder)).databases(), Map.of());
        home = place().home(folder);
        context = Application.start(home, databases, clock);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        databases.close();
        home.close();
    }

    @Test
    void takesTheHigherPriorityFirstAndBackfillsLast() {
        RunId backfill = submit("a", 900, Origin.backfill("june"), Retry.NONE);
        RunId low = submit("b", 1, Origin.schedule("b"), Retry.NONE);
        RunId high = submit("c", 9, Origin.schedule("c"), Retry.NONE);
        assertThat(queue().waiting()).extracting(WaitingRun::run).containsExactly(high, low, backfill);
        assertThat(takeAll()).containsExactly(high, low, backfill);
    }

    @Test
    void sharesFairlyBetweenJobs() {
        List<RunId> a = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            a.add(submit("a", i, 5, Origin.schedule("a"), Retry.NONE));
        }
        RunId b = submit("b", 5, Origin.schedule("b"), Retry.NONE);
        RunId c = submit("c", 5, Origin.schedule("c"), Retry.NONE);
        List<RunId> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RunRecord taken = take(limits(10)).orElseThrow();
            order.add(taken.id());
            clock.advance(Duration.ofSeconds(1));
            complete(taken);
        }
        assertThat(order).containsExactly(a.get(0), b, c, a.get(1), a.get(2), a.get(3));
    }

    @Test
    void passesOverWhatIsAtALimit() {
        RunId first = submit("a", 1, 5, Origin.schedule("a"), Retry.NONE);
        RunId second = submit("a", 2, 5, Origin.schedule("a"), Retry.NONE);
        RunId other = submit("b", 5, Origin.schedule("b"), Retry.NONE);
        RunRecord taken = take(limits(10)).orElseThrow();
        assertThat(taken.id()).isEqualTo(first);
        assertThat(take(limits(10))).get().extracting(RunRecord::id).isEqualTo(other);
        assertThat(take(limits(10))).isEmpty();
        assertThat(queue().waiting())
                .extracting(WaitingRun::run, WaitingRun::reason)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        second, "schedule a may have 1 run at once: " + first + " is at work"));
        complete(taken);
        assertThat(take(limits(1))).as("one of all processes is at work").isEmpty();
        assertThat(take(limits(2))).get().extracting(RunRecord::id).isEqualTo(second);
    }

    @Test
    void aJobMaySayHowManyOfItsRunsAreOnAtOnce() {
        for (int i = 0; i < 4; i++) {
            JobDefinition job = job("a", i, "compute: {runs: 3}\n");
            queue().submit(new Submission(job, DAY, Map.of(), Origin.schedule("s" + i), 5, Retry.NONE, 1, null), "ann");
        }
        List<RunId> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(take(limits(10)).orElseThrow().id());
        }
        assertThat(take(limits(10))).isEmpty();
        assertThat(queue().waiting())
                .extracting(WaitingRun::reason)
                .containsExactly("job a may have 3 runs at once (compute.runs, queue.runs_per_job): " + taken.get(0)
                        + ", " + taken.get(1) + ", " + taken.get(2) + " are at work");
    }

    @Test
    void neverHasTwoRunsOfOneJobAndParametersAtWork() {
        RunId first = submit("a", 1, 5, Origin.schedule("x"), Retry.NONE);
        RunId same = submit("a", 1, 5, Origin.schedule("y"), Retry.NONE);
        RunRecord taken = take(limits(10)).orElseThrow();
        assertThat(taken.id()).isEqualTo(first);
        assertThat(take(limits(10))).isEmpty();
        assertThat(queue().waiting())
                .extracting(WaitingRun::reason)
                .containsExactly("run " + first + " with the same parameters is at work");
        complete(taken);
        assertThat(take(limits(10))).get().extracting(RunRecord::id).isEqualTo(same);
    }

    @Test
    void refusesASecondRunByHandAndNamesTheFirst() {
        JobDefinition job = job("a", 1);
        RunRecord first = queue().submit(Submission.byHand(job, DAY, Map.of(), "ann", 5), "ann");
        assertThatThrownBy(() -> queue().submit(Submission.byHand(job, DAY, Map.of(), "bob", 5), "bob"))
                .isInstanceOfSatisfying(NightshiftException.class, e -> {
                    assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING);
                    assertThat(e).hasMessageContaining(first.id().toString());
                });
        assertThat(queue().countWaiting()).isEqualTo(1);
    }

    @Test
    void aRunThatWaitsIsNobodysToLose() {
        RunId id = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        RunRecord byHand = queue().submit(Submission.byHand(job("b", 1), DAY, Map.of(), "ann", 5), "ann");
        assertThat(context.getBean(Leases.class).lost()).isEmpty();
        assertThat(List.of(runs().get(id).state(), runs().get(byHand.id()).state()))
                .containsOnly(RunState.QUEUED);
    }

    @Test
    void triesAgainWhatMayPassWithGrowingPauses() {
        RunId id = submit("a", 5, Origin.schedule("a"), new Retry(3, Duration.ofMinutes(1), Duration.ofMinutes(30)));
        fail(take(limits(10)).orElseThrow(), FailureCode.DATABASE_FAILED);
        assertThat(take(limits(10))).as("the pause").isEmpty();
        clock.advance(Duration.ofSeconds(59));
        assertThat(take(limits(10))).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        RunRecord second = take(limits(10)).orElseThrow();
        assertThat(second.attempt()).isEqualTo(2);
        fail(second, FailureCode.DATABASE_FAILED);
        clock.advance(Duration.ofSeconds(119));
        assertThat(take(limits(10))).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        fail(take(limits(10)).orElseThrow(), FailureCode.DATABASE_FAILED);
        assertThat(runs().get(id).state()).isEqualTo(RunState.FAILED);
        assertThat(runs().get(id).attempt()).isEqualTo(3);
        assertThat(queue().waiting()).isEmpty();
        assertThat(ended).extracting(RunRecord::id).containsExactly(id);
    }

    @Test
    void neverTriesAgainWhatWouldFailAgain() {
        RunId id = submit("a", 5, Origin.schedule("a"), new Retry(3, Duration.ZERO, Duration.ZERO));
        fail(take(limits(10)).orElseThrow(), FailureCode.SCHEMA_MISMATCH);
        assertThat(queue().waiting()).isEmpty();
        assertThat(runs().get(id).state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void goesOnWithARunWhoseProcessDiedAndGivesUpOnOneThatKillsThem() {
        RunId id = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        for (int loss = 1; loss <= Settlement.MOST_LOSSES; loss++) {
            fail(take(limits(10)).orElseThrow(), FailureCode.OWNER_LOST);
            assertThat(runs().get(id).state()).isEqualTo(RunState.QUEUED);
        }
        fail(take(limits(10)).orElseThrow(), FailureCode.OWNER_LOST);
        assertThat(runs().get(id).state()).isEqualTo(RunState.FAILED);
        assertThat(recovered).hasSize(Settlement.MOST_LOSSES);
        assertThat(ended).hasSize(1);
    }

    @Test
    void goesOnWithARunWhoseProcessWasToldToEndButNotWithOneThatAPersonStopped() {
        RunId shutDown = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        RunRecord run = start(take(limits(10)).orElseThrow());
        runs().end(run, RunState.STOPPED, RowCounts.NONE, null, "worker");
        settlement().settle(run.id());
        assertThat(queue().waiting()).extracting(WaitingRun::run).containsExactly(shutDown);
        RunRecord again = start(take(limits(10)).orElseThrow());
        queue().stop(again, "ann", "maintenance");
        runs().end(again, RunState.STOPPED, RowCounts.NONE, null, "worker");
        settlement().settle(again.id());
        assertThat(queue().waiting()).isEmpty();
        assertThat(runs().get(shutDown).state()).isEqualTo(RunState.STOPPED);
    }

    @Test
    void anEndingProcessTakesNoTryFromItsRuns() {
        RunId id = submit("a", 5, Origin.schedule("a"), new Retry(2, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        for (int end = 0; end < 3; end++) {
            RunRecord run = start(take(limits(10)).orElseThrow());
            runs().end(run, RunState.STOPPED, RowCounts.NONE, null, "worker");
            settlement().settle(id);
        }
        fail(take(limits(10)).orElseThrow(), FailureCode.DATABASE_FAILED);
        assertThat(runs().get(id).state()).isEqualTo(RunState.QUEUED);
        clock.advance(Duration.ofMinutes(1));
        fail(take(limits(10)).orElseThrow(), FailureCode.DATABASE_FAILED);
        assertThat(runs().get(id).state()).isEqualTo(RunState.FAILED);
    }

    @Test
    void aKeeperThatEndsLetsWhatItHasInHandBeDone() throws Exception {
        RunId id = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        RunRecord run = start(take(limits(10)).orElseThrow());
        runs().end(run, RunState.FAILED, RowCounts.NONE, new RunFailure(FailureCode.DEFECT, "made to", null), "worker");
        CountDownLatch inHand = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Settlement slow = settlement(() -> {
            inHand.countDown();
            try {
                // As long as the end of the keeper needs to come in between.
                interrupted.set(new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        NodeKeeper keeper = new NodeKeeper(
                context.getBean(Nodes.class),
                slow,
                new NodeKeeper.Parts(context.getBean(CrashRecovery.class), new WorkInHand(), true, 1, List.of()),
                context.getBean(QueueSignal.class),
                clock,
                "a test");
        keeper.start("nowhere");
        assertThat(inHand.await(30, TimeUnit.SECONDS)).isTrue();
        keeper.close();
        assertThat(interrupted).isFalse();
        assertThat(ended).extracting(RunRecord::id).containsExactly(id);
        assertThat(queue().active(Origin.schedule("a"))).isEmpty();
        assertThat(context.getBean(Nodes.class).list()).isEmpty();
    }

    @Test
    void stopsARunThatWaitsAtOnceAndRestartsIt() {
        RunId id = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        queue().stop(runs().get(id), "ann", "not today");
        assertThat(runs().get(id).state()).isEqualTo(RunState.STOPPED);
        assertThat(take(limits(10))).isEmpty();
        assertThatThrownBy(() -> queue().stop(runs().get(id), "ann", "again"))
                .hasMessageContaining("is STOPPED; only runs that wait or run can be stopped");
        queue().restart(runs().get(id), "ann");
        assertThat(take(limits(10))).get().extracting(RunRecord::attempt).isEqualTo(2);
        assertThatThrownBy(() -> queue().restart(runs().get(id), "ann"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING));
    }

    @Test
    void reordersWhatWaits() {
        RunId first = submit("a", 5, Origin.schedule("a"), Retry.NONE);
        RunId second = submit("b", 5, Origin.schedule("b"), Retry.NONE);
        queue().prioritise(second, 6);
        assertThat(takeAll()).containsExactly(second, first);
        assertThatThrownBy(() -> queue().prioritise(second, 7)).hasMessageContaining("does not wait");
        assertThatThrownBy(() -> queue().prioritise(second, 1001)).hasMessageContaining("from 0 to 1000");
    }

    @Test
    void givesEachRunToOneOfManyThatAskAtOnce() throws Exception {
        for (int i = 0; i < 60; i++) {
            submit("job-" + i % 7, i, 5, Origin.backfill("b"), Retry.NONE);
        }
        Set<RunId> taken = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 6; i++) {
            Thread thread = new Thread(() -> {
                for (Optional<RunRecord> run = take(limits(100)); run.isPresent(); run = take(limits(100))) {
                    if (!taken.add(run.get().id())) {
                        failures.add(
                                new AssertionError("taken twice: " + run.get().id()));
                    }
                    complete(run.get());
                }
            });
            thread.setUncaughtExceptionHandler((where, thrown) -> failures.add(thrown));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // A job has one run at work: a thread that found the others' jobs busy gave up, and what is left is taken now.
        takeAll().forEach(id -> assertThat(taken.add(id)).isTrue());
        assertThat(failures).isEmpty();
        assertThat(taken).hasSize(60);
    }

    private List<RunId> takeAll() {
        List<RunId> taken = new ArrayList<>();
        for (Optional<RunRecord> run = take(limits(10)); run.isPresent(); run = take(limits(10))) {
            taken.add(run.get().id());
            complete(run.get());
        }
        return taken;
    }

    private Optional<RunRecord> take(QueueLimits limits) {
        return new Admission(
                        context.getBean(QueueTable.class), runs(), context.getBean(WaitingRuns.class), limits, clock)
                .take();
    }

    private static QueueLimits limits(int runs) {
        return new QueueLimits(1, runs, 1, Map.of(), 1000, 1000, Duration.ZERO);
    }

    private RunRecord start(RunRecord taken) {
        return runs().start(taken, "worker");
    }

    private void complete(RunRecord taken) {
        RunRecord run = start(taken);
        context.getBean(LedgerDatabases.class).metadata().transactions().executeWithoutResult(status -> runs().complete(
                        run, RowCounts.NONE, "worker"));
        settlement().settle(run.id());
    }

    private void fail(RunRecord taken, FailureCode code) {
        RunRecord run = start(taken);
        runs().end(run, RunState.FAILED, RowCounts.NONE, new RunFailure(code, "made to fail", null), "worker");
        settlement().settle(run.id());
        settlement().settle(run.id());
    }

    private Settlement settlement() {
        return settlement(() -> {});
    }

    private Settlement settlement(Runnable atAnEnd) {
        return new Settlement(
                context.getBean(QueueTable.class),
                runs(),
                context.getBean(WaitingRuns.class),
                List.of(new RunEndings() {
                    @Override
                    public void ended(RunRecord run) {
                        atAnEnd.run();
                        ended.add(run);
                    }

                    @Override
                    public void recovered(RunRecord run) {
                        recovered.add(run);
                    }
                }),
                clock,
                () -> 0);
    }

    private RunId submit(String job, int priority, Origin origin, Retry retry) {
        return submit(job, 1, priority, origin, retry);
    }

    private RunId submit(String job, int day, int priority, Origin origin, Retry retry) {
        RunId id = queue().submit(
                        new Submission(
                                job(job, day),
                                DAY,
                                Map.of(),
                                origin,
                                priority,
                                retry,
                                origin.kind() == Origin.Kind.BACKFILL ? 100 : 1,
                                null),
                        "ann")
                .id();
        clock.advance(Duration.ofMillis(10));
        return id;
    }

    private static JobDefinition job(String name, int number) {
        return job(name, number, "");
    }

    private static JobDefinition job(String name, int number, String more) {
        return JobFile.parse(name, """
                job: %s
                parameters: {number: {type: long}}
                source: {parquet: {path: sample-data/flights.parquet}}
                key: [flight_id]
                model: sample-data/models/flight-delay
                output: {table: %s}
                %s""".formatted(name, name.replace('-', '_'), more))
                .resolve(new JobFile.Launch(Map.of("number", "" + number), DAY, Map.of(), null));
    }

    private RunQueue queue() {
        return context.getBean(RunQueue.class);
    }

    private RunLedger runs() {
        return context.getBean(RunLedger.class);
    }
}
