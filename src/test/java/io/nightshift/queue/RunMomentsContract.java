package io.nightshift.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Application;
import io.nightshift.MetadataPlace;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertSettings;
import io.nightshift.cli.SmallJob;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.ledger.WaitingRuns;
import io.nightshift.run.CrashRecovery;
import io.nightshift.run.RunControl;
import io.nightshift.run.RunLauncher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.CannotAcquireLockException;

/** What a stop, a loss and a full queue come to at each moment of a run's life, on every database that may keep it. */
abstract class RunMomentsContract {

    private static final LocalDateTime DAY = LocalDateTime.of(2001, 3, 5, 0, 0);
    private static final Origin SCHEDULE = Origin.schedule("nightly");
    private static final QueueLimits LIMITS = new QueueLimits(1, 10, 10, Map.of(), 4, 2, Duration.ofSeconds(10));

    @TempDir
    Path folder;

    private Databases databases;
    private Home home;
    private ConfigurableApplicationContext context;

    abstract MetadataPlace place();

    @BeforeEach
    void open() {
        databases =
                new Databases(Configuration.load(place().configuration(folder)).databases(), Map.of());
        home = place().home(folder);
        context = Application.start(
                home,
                databases,
                new AlertChannels(AlertSettings.DEFAULT, Map.of(), Clock.systemUTC()),
                LIMITS,
                Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        Failpoint.watch(null);
        context.close();
        databases.close();
        home.close();
    }

    /** When the stop comes. */
    enum Moment {
        WAITING,
        TAKEN,
        BEGUN,
        PLANNED,
        SCORING,
        SCORED,
        BETWEEN_ATTEMPTS,
        OWNER_DEAD,
        OWNER_DEAD_BEFORE_THE_START
    }

    @ParameterizedTest
    @CsvSource({
        "WAITING, STOPPED, STOPPED, 0",
        "TAKEN, STOPPING, STOPPED, 0",
        "BEGUN, STOPPING, STOPPED, 0",
        "PLANNED, STOPPING, STOPPED, 0",
        "SCORING, STOPPING, STOPPED, 900",
        "SCORED, STOPPING, COMPLETED, 1000",
        "BETWEEN_ATTEMPTS, STOPPED, STOPPED, 0",
        "OWNER_DEAD, STOPPING, STOPPED, 0",
        "OWNER_DEAD_BEFORE_THE_START, STOPPING, STOPPED, 0"
    })
    void aStopTakesEffectWheneverItComes(Moment moment, RunState atOnce, RunState atTheEnd, long most) {
        RunId id = submit("small", "");
        live(moment, id, atOnce);
        RunRecord ended = runs().get(id);
        assertThat(ended.state()).isEqualTo(atTheEnd);
        assertThat(ended.rows().read()).isBetween(Math.min(100, most), most);
        assertThat(runs().events(id))
                .filteredOn(event -> event.why().equals("not today"))
                .hasSize(1);
        settlement(() -> {}).settleAll();
        assertThat(queue().active(SCHEDULE)).isEmpty();
        assertThat(queue().waiting()).isEmpty();
        assertThatThrownBy(() -> queue().stop(ended, "ann", "again"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.STATE_CONFLICT));
        if (atTheEnd == RunState.STOPPED) {
            queue().restart(ended, "ann");
            RunRecord again = work(take());
            assertThat(again.state()).isEqualTo(RunState.COMPLETED);
            assertThat(again.rows().predicted()).isEqualTo(1000);
        }
    }

    private void live(Moment moment, RunId id, RunState atOnce) {
        switch (moment) {
            case WAITING -> stop(id, atOnce);
            case TAKEN -> {
                RunRecord taken = take();
                stop(id, atOnce);
                work(taken);
            }
            case BEGUN -> workAndStopAt(Failpoint.RUN_STARTED, id, atOnce);
            case PLANNED -> workAndStopAt(Failpoint.PLAN_FROZEN, id, atOnce);
            case SCORING -> workAndStopBetweenChunks(id, atOnce);
            case SCORED -> workAndStopAt(Failpoint.ALL_SCORED, id, atOnce);
            case BETWEEN_ATTEMPTS -> {
                RunRecord run = runs().start(take(), "worker");
                runs().end(
                                run,
                                RunState.FAILED,
                                RowCounts.NONE,
                                new RunFailure(FailureCode.DATABASE_FAILED, "made to fail", null),
                                "worker");
                settlement(() -> {}).settle(id);
                assertThat(queue().waiting()).hasSize(1);
                stop(id, atOnce);
            }
            case OWNER_DEAD -> {
                runs().start(take(), "worker");
                loseLease(id);
                stop(id, atOnce);
                recover();
            }
            case OWNER_DEAD_BEFORE_THE_START -> {
                take();
                loseLease(id);
                stop(id, atOnce);
                recover();
            }
        }
    }

    private void workAndStopAt(Failpoint at, RunId id, RunState atOnce) {
        RunRecord taken = take();
        AtomicBoolean passed = new AtomicBoolean();
        Failpoint.watch(point -> {
            if (point == at && passed.compareAndSet(false, true)) {
                // As it comes: from elsewhere, while the run's own thread may hold a transaction.
                join(stopping(id, atOnce));
            }
        });
        work(taken);
        assertThat(passed).as("%s was passed", at).isTrue();
    }

    /** A chunk's transaction holds the run's row: the stop comes when the first has committed, and is heeded during a later one. */
    private void workAndStopBetweenChunks(RunId id, RunState atOnce) {
        RunRecord taken = take();
        RunControl control = new RunControl();
        AtomicReference<Thread> stopping = new AtomicReference<>();
        Failpoint.watch(point -> {
            if (point == Failpoint.CHUNK_WRITTEN && !stopping.compareAndSet(null, new Thread())) {
                if (runs().get(id).state() == RunState.RUNNING) {
                    // Rolled back and tried again after a while, in which the stop finds the row free.
                    throw new CannotAcquireLockException("the stop comes first", new SQLException("made up", "40001"));
                }
                awaitHeeded(control, id);
            } else if (point == Failpoint.CHUNK_WRITTEN) {
                stopping.set(stopping(id, atOnce));
            }
        });
        work(taken, control);
        Failpoint.watch(null);
        join(stopping.get());
    }

    private Thread stopping(RunId id, RunState atOnce) {
        Thread thread = new Thread(() -> stop(id, atOnce));
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitHeeded(RunControl control, RunId id) {
        while (runs().get(id).state() == RunState.STOPPING && control.stopReason() == null) {
            Thread.onSpinWait();
        }
    }

    private void stop(RunId id, RunState atOnce) {
        queue().stop(runs().get(id), "ann", "not today");
        assertThat(runs().get(id).state()).isEqualTo(atOnce);
        // Asking twice is no error while it is stopping.
        if (atOnce == RunState.STOPPING) {
            queue().stop(runs().get(id), "bob", "not today either");
        }
    }

    @Test
    void aRunThatIsTakenAndNotBegunCanBeCancelledAndOneThatRunsCannot() {
        RunId id = submit("small", "");
        RunRecord taken = take();
        assertThat(queue().cancelWaiting(taken, "ann", "cancelled").state()).isEqualTo(RunState.STOPPING);
        assertThat(work(taken).state()).isEqualTo(RunState.STOPPED);
        settlement(() -> {}).settle(id);
        queue().restart(runs().get(id), "ann");
        RunRecord running = runs().start(take(), "worker");
        assertThatThrownBy(() -> queue().cancelWaiting(running, "ann", "cancelled"))
                .hasMessageContaining("does not wait, it is RUNNING");
    }

    @Test
    void aRunWhoseEndWasNotRecordedGoesOnWithoutANewProcess() throws Exception {
        RunId id = submit("small", "");
        RunRecord run = runs().start(take(), "worker");
        RunId other = submit("other", "");
        RunRecord inHand = runs().start(take(), "worker");
        loseLease(id);
        CountDownLatch recovered = new CountDownLatch(1);
        WorkInHand work = new WorkInHand();
        work.begin(other, new RunControl());
        boolean exclusive = context.getBean(LedgerDatabases.class).exclusive();
        if (exclusive) {
            // Alone, a process need not renew the leases of what it works on.
            loseLease(other);
        }
        try (NodeKeeper keeper = new NodeKeeper(
                context.getBean(Nodes.class),
                settlement(recovered::countDown),
                new NodeKeeper.Parts(context.getBean(CrashRecovery.class), work, exclusive, 1, List.of()),
                context.getBean(QueueSignal.class),
                Clock.systemUTC(),
                "a test")) {
            keeper.start("nowhere");
            assertThat(recovered.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(runs().get(id).attempt()).isEqualTo(run.attempt() + 1);
        assertThat(queue().waiting()).extracting(WaitingRun::run).containsExactly(id);
        assertThat(runs().get(other)).isEqualTo(inHand);
        assertThat(work(take()).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whatWouldMakeMoreRunsWaitThanMayIsRefused() {
        RunId first = submit("a", "");
        submit("a", "");
        assertFull(() -> submit("a", ""), "2 runs of job a wait, and queue.most_waiting_per_job allows 2");
        submit("b", "");
        submit("c", "");
        assertFull(() -> submit("d", ""), "4 runs wait, and queue.most_waiting allows 4");
        assertThat(queue().countWaiting()).isEqualTo(4);
        assertThat(queue().room("d")).isZero();

        queue().stop(runs().get(first), "ann", "to make room");
        submit("d", "");
        assertFull(() -> queue().restart(runs().get(first), "ann"), "queue.most_waiting allows 4");
        assertThat(runs().get(first).state()).isEqualTo(RunState.STOPPED);

        // Another attempt of what was let in is never refused: there is nobody to tell.
        RunRecord run = runs().start(take(), "worker");
        submit("e", "");
        runs().end(
                        run,
                        RunState.FAILED,
                        RowCounts.NONE,
                        new RunFailure(FailureCode.OWNER_LOST, "made to fail", null),
                        "worker");
        settlement(() -> {}).settle(run.id());
        assertThat(queue().countWaiting()).isEqualTo(5);
    }

    private static void assertFull(Runnable submission, String said) {
        assertThatThrownBy(submission::run).isInstanceOfSatisfying(NightshiftException.class, e -> {
            assertThat(e.code()).isEqualTo(FailureCode.QUEUE_FULL);
            assertThat(e).hasMessageContaining(said).hasMessageContaining("nothing was submitted");
        });
    }

    @Test
    void whyARunWaitsNamesTheLimitAndTheRunsBeforeIt() {
        RunId byHand = queue().submit(Submission.byHand(job("small", ""), DAY, Map.of(), "ann", 5), "ann")
                .id();
        RunId same = submit("small", "");
        assertThat(reasons())
                .containsEntry(byHand, "no process serves")
                .containsEntry(same, "run " + byHand + " with the same parameters goes first");
        try (NodeKeeper keeper = keeper(0, new WorkInHand())) {
            keeper.start("nowhere");
            assertThat(reasons()).containsEntry(byHand, "no process that serves has workers (queue.workers)");
        }
        WorkInHand inHand = new WorkInHand();
        inHand.begin(byHand, new RunControl());
        inHand.begin(same, new RunControl());
        try (NodeKeeper keeper = keeper(1, inHand)) {
            keeper.start("nowhere");
            assertThat(reasons()).containsEntry(byHand, "a worker is about to take it");
            RunRecord taken = take();
            RunId other = submit("b", "");
            RunId later = submit("c", "");
            assertThat(reasons())
                    .containsEntry(same, "run " + taken.id() + " with the same parameters is at work")
                    .containsEntry(other, "the only worker is busy")
                    .containsEntry(later, "the only worker is busy, and 1 run is before it");
        }
    }

    private Map<RunId, String> reasons() {
        return queue().waiting().stream()
                .collect(java.util.stream.Collectors.toMap(WaitingRun::run, WaitingRun::reason));
    }

    private NodeKeeper keeper(int workers, WorkInHand inHand) {
        return new NodeKeeper(
                context.getBean(Nodes.class),
                settlement(() -> {}),
                new NodeKeeper.Parts(
                        context.getBean(CrashRecovery.class),
                        inHand,
                        context.getBean(LedgerDatabases.class).exclusive(),
                        workers,
                        List.of()),
                context.getBean(QueueSignal.class),
                Clock.systemUTC(),
                "a test");
    }

    private RunId submit(String name, String more) {
        return queue().submit(
                        new Submission(
                                job(name, more),
                                DAY,
                                Map.of(),
                                SCHEDULE,
                                5,
                                new Retry(3, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                                10,
                                null),
                        "ann")
                .id();
    }

    /** Ten chunks, each a transaction. */
    private JobDefinition job(String name, String more) {
        try {
            Path work = Files.createDirectories(folder.resolve("work"));
            Path file = SmallJob.in(work).file;
            String text = Files.readString(file).replace("job: small", "job: " + name)
                    + "compute: {threads: 1, batch_rows: 100, chunk_rows: 100}\n" + more;
            return JobFile.parse(name, text).resolve(new JobFile.Launch(Map.of(), DAY, Map.of(), null));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private RunRecord take() {
        return new Admission(
                        context.getBean(QueueTable.class),
                        runs(),
                        context.getBean(WaitingRuns.class),
                        LIMITS,
                        Clock.systemUTC())
                .take()
                .orElseThrow();
    }

    private RunRecord work(RunRecord taken) {
        return work(taken, new RunControl());
    }

    private RunRecord work(RunRecord taken, RunControl control) {
        return context.getBean(RunLauncher.class).work(taken, "worker", control);
    }

    private void loseLease(RunId id) {
        context.getBean(LedgerDatabases.class)
                .metadata()
                .jdbc()
                .sql("update nightshift_run set lease_until = current_timestamp - interval '1' second where run_id = ?")
                .param(id.value())
                .update();
    }

    private void recover() {
        context.getBean(CrashRecovery.class).recover();
    }

    private Settlement settlement(Runnable atARecovery) {
        return new Settlement(
                context.getBean(QueueTable.class),
                runs(),
                context.getBean(WaitingRuns.class),
                List.of(new RunEndings() {
                    @Override
                    public void ended(RunRecord run) {
                        // Only recoveries are waited for.
                    }

                    @Override
                    public void recovered(RunRecord run) {
                        atARecovery.run();
                    }
                }),
                Clock.systemUTC(),
                () -> 0);
    }

    private RunQueue queue() {
        return context.getBean(RunQueue.class);
    }

    private RunLedger runs() {
        return context.getBean(RunLedger.class);
    }
}
