package io.nightshift.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the record of runs promises, over every database that may keep it. */
abstract class LedgerContract {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T02:30:00Z"), ZoneOffset.UTC);

    private RunLedger runs;
    private ChunkLedger chunks;
    private DataSource dataSource;
    private JdbcClient jdbc;
    private TransactionTemplate transactions;

    abstract DataSource migrated() throws Exception;

    @BeforeEach
    void open() throws Exception {
        dataSource = migrated();
        jdbc = JdbcClient.create(dataSource);
        transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        runs = new RunLedger(jdbc, transactions, CLOCK);
        chunks = new ChunkLedger(jdbc, CLOCK);
    }

    private static RunLedger.NewRun newRun(String key) {
        return new RunLedger.NewRun(
                new JobName("flight-delay"),
                "flights",
                LocalDateTime.of(2026, 11, 23, 2, 30),
                key,
                Map.of("day", "2001-03-05"),
                Map.of("owner", "ops"),
                "job: flight-delay");
    }

    RunRecord running(String key) {
        return runs.start(runs.create(newRun(key), "ann"), "ann@1");
    }

    @Test
    void keepsWhatALaunchRecorded() {
        RunRecord run = runs.create(newRun("a"), "ann");
        assertThat(run.name()).isEqualTo("flight-delay/2026-11-23T02:30:00/1");
        assertThat(run.parameters()).containsEntry("day", "2001-03-05");
        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        assertThat(run.id().value().version()).isEqualTo(7);
        assertThat(runs.get(run.id())).isEqualTo(run);
    }

    @Test
    void letsOneOfManyLaunchesOfTheSameKeyWin() throws Exception {
        int callers = 16;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        Callable<Boolean> launch = () -> {
            try {
                runs.create(newRun("same"), "ann");
                return true;
            } catch (NightshiftException e) {
                assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING);
                return false;
            }
        };
        int won = 0;
        for (Future<Boolean> result : pool.invokeAll(java.util.Collections.nCopies(callers, launch))) {
            won += result.get() ? 1 : 0;
        }
        pool.shutdown();
        assertThat(won).isEqualTo(1);
    }

    @Test
    void releasesTheKeyWhenARunEndsAndTakesItAgainOnRestart() {
        RunRecord run = running("a");
        RunRecord failed =
                runs.end(run, RunState.FAILED, RowCounts.NONE, new RunFailure(FailureCode.DISK_FULL, "full", "/"), "x");
        assertThat(failed.failure()).isEqualTo(new RunFailure(FailureCode.DISK_FULL, "full", "/"));
        RunRecord other = runs.create(newRun("a"), "bob");
        assertThatThrownBy(() -> runs.reopen(run.id(), "a", "ann"))
                .hasMessageContaining(other.id().toString());
        runs.end(runs.start(other, "bob@2"), RunState.STOPPED, RowCounts.NONE, null, "bob");

        RunRecord reopened = runs.reopen(run.id(), "a", "ann");
        assertThat(reopened.attempt()).isEqualTo(2);
        assertThat(reopened.token()).isEqualTo(2);
        assertThat(reopened.name()).endsWith("/2");
        assertThat(reopened.failure()).isNull();
    }

    @Test
    void refusesMovesThatTheStateDoesNotAllow() {
        RunRecord run = running("a");
        assertThatThrownBy(() -> runs.reopen(run.id(), "a", "ann"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING))
                .hasMessageContaining("ann@1");
        runs.complete(run, new RowCounts(3, 1, 1, 1), "ann");
        assertThat(runs.get(run.id()).rows()).isEqualTo(new RowCounts(3, 1, 1, 1));
        assertThatThrownBy(() -> runs.end(run, RunState.FAILED, RowCounts.NONE, null, "ann"))
                .hasMessageContaining("COMPLETED and cannot become FAILED");
    }

    @Test
    void refusesMovesOfAnOldAttempt() {
        RunRecord first = running("a");
        runs.end(first, RunState.STOPPED, RowCounts.NONE, null, "ann");
        RunRecord second = runs.start(runs.reopen(first.id(), "a", "ann"), "ann@2");
        assertThatThrownBy(() -> runs.end(first, RunState.STOPPED, RowCounts.NONE, null, "ann"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.LEASE_LOST));
        assertThat(runs.get(second.id()).state()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void letsOneRedriveOfACompleteRunAtATime() {
        RunRecord run = running("a");
        assertThatThrownBy(() -> runs.openRedrive(run.id(), "a", "ann"))
                .hasMessageContaining("is active already: attempt 1 is RUNNING");
        chunks.raiseFence(run);
        commit(run, 0, 0);
        runs.complete(run, chunks.committedRows(run.id()), "ann");
        RunRecord published = runs.get(run.id());
        RunRecord open = runs.openRedrive(run.id(), "a", "ann");
        assertThat(open.state()).isEqualTo(RunState.REDRIVING);
        assertThat(open.attempt()).isEqualTo(2);
        assertThatThrownBy(() -> runs.openRedrive(run.id(), "a", "bob"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING));
        assertThatThrownBy(() -> runs.create(newRun("a"), "bob"))
                .hasMessageContaining(run.id().toString());
        assertThat(leases(true).lost()).extracting(RunRecord::id).containsExactly(run.id());
        assertThat(runs.redriveGivenUp(open, "ann", "stopped").rows()).isEqualTo(published.rows());

        RunRecord again = runs.openRedrive(run.id(), "a", "ann");
        chunks.raiseFence(again);
        ChunkLedger.RejectedChunk chunk = chunks.rejectedChunks(run.id()).get(0);
        chunks.recovered(again, chunk, 1);
        assertThatThrownBy(() -> runs.redriven(open, published.rows(), "ann", "late"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.LEASE_LOST));
        assertThatThrownBy(() -> chunks.recovered(again, chunk, 1)).hasMessageContaining("no longer has the 2 rejects");
        runs.redriven(again, chunks.committedRows(run.id()), "ann", "1 of 2 rows recovered");

        RunRecord ended = runs.get(run.id());
        assertThat(ended.state()).isEqualTo(RunState.COMPLETED);
        assertThat(ended.rows()).isEqualTo(new RowCounts(10, 8, 1, 1));
        assertThat(ended.publishedAt()).isEqualTo(published.publishedAt());
        assertThat(leases(true).lost()).isEmpty();
    }

    @Test
    void recordsEveryMoveWithItsReason() {
        RunRecord run = running("a");
        runs.requestStop(run, "ann", "maintenance");
        runs.end(run, RunState.STOPPED, RowCounts.NONE, null, "ann");
        assertThat(runs.events(run.id()))
                .extracting(RunEvent::to)
                .containsExactly(RunState.QUEUED, RunState.RUNNING, RunState.STOPPING, RunState.STOPPED);
        assertThat(runs.events(run.id())).extracting(RunEvent::why).contains("maintenance");
    }

    @Test
    void commitsChunksOnlyForTheNewestToken() {
        RunRecord first = running("a");
        chunks.raiseFence(first);
        commit(first, 0, 0);
        runs.end(first, RunState.STOPPED, RowCounts.NONE, null, "ann");
        RunRecord second = runs.start(runs.reopen(first.id(), "a", "ann"), "ann@2");
        chunks.raiseFence(second);
        assertThatThrownBy(() -> commit(first, 0, 1)).hasMessageContaining("no longer holds the run");
        commit(second, 0, 1);
        assertThat(chunks.committedChunks(first.id())).isEqualTo(2);
        assertThat(chunks.partitionStates(first.id()).values())
                .extracting(ChunkLedger.PartitionState::nextChunk)
                .containsExactly(2);
        assertThat(chunks.aggregates(first.id(), 0)).contains(new byte[] {1, 1});
        assertThat(chunks.aggregates(first.id(), 1)).isEmpty();
        assertThat(chunks.committedRows(first.id())).isEqualTo(new RowCounts(20, 14, 4, 2));
    }

    private void commit(RunRecord run, int partition, int chunk) {
        transactions.executeWithoutResult(status -> chunks.commit(
                run,
                partition,
                List.of(new ChunkLedger.ChunkCounts(chunk, new RowCounts(10, 7, 2, 1))),
                new ChunkLedger.PartitionState(chunk + 1, null),
                new byte[] {1, (byte) chunk}));
    }

    @Test
    void replacesWhatIsRecordedTwiceAndKeepsNulls() {
        RunRecord run = running("a");
        RunDetails details = new RunDetails(jdbc, transactions);
        details.metrics(run, Map.of("seconds", 1.5));
        details.metrics(run, Map.of("seconds", 2.5));
        assertThat(details.metrics(run.id(), 1)).isEqualTo(Map.of("seconds", 2.5));
        details.artefact(run.id(), new Artefact("files", "file", "a", 7L, "ab"));
        details.artefact(run.id(), new Artefact("files", "file", "b", null, null));
        assertThat(details.artefacts(run.id())).containsExactly(new Artefact("files", "file", "b", null, null));
        details.freezePlan(run.id(), List.of(new PartitionRecord(0, 2, 10, "{}")), 5, "{}");
        assertThat(details.plan(run.id())).containsExactly(new PartitionRecord(0, 2, 10, "{}"));
        assertThat(details.plannedRows(run.id())).contains(15L);
        assertThat(details.prunedRows(run.id())).contains(5L);
    }

    @Test
    void aLaterPublicationReplacesTheManifestThatIsDueInAFolder() {
        RunRecord first = running("a");
        RunRecord second = running("b");
        PublicationLedger publications = new PublicationLedger(jdbc);
        publications.pendingManifest(first.id(), "x");
        publications.pendingManifest(first.id(), "y");
        publications.pendingManifest(second.id(), "x");
        assertThat(pending(publications)).isEqualTo(Map.of("x", second.id(), "y", first.id()));
        publications.manifestPublished(first.id(), "x");
        publications.manifestPublished(first.id(), "y");
        assertThat(pending(publications)).isEqualTo(Map.of("x", second.id()));
        assertThat(publications.pendingManifests(Duration.ofMinutes(1)))
                .as("one that its own process may still be renaming")
                .isEmpty();
    }

    private static Map<String, RunId> pending(PublicationLedger publications) {
        return publications.pendingManifests(Duration.ZERO).stream()
                .collect(Collectors.toMap(PublicationLedger.Pending::folder, PublicationLedger.Pending::run));
    }

    @Test
    void aManifestThatIsPendingAnewIsNotTheOneThatWasRead() {
        RunRecord run = running("a");
        PublicationLedger publications = new PublicationLedger(jdbc);
        publications.pendingManifest(run.id(), "x");
        PublicationLedger.Pending read =
                publications.pendingManifests(Duration.ZERO).get(0);
        assertThat(stillPending(publications, read)).isTrue();
        publications.pendingManifest(run.id(), "x");
        assertThat(stillPending(publications, read)).isFalse();
        assertThat(stillPending(
                        publications,
                        publications.pendingManifests(Duration.ZERO).get(0)))
                .isTrue();
    }

    private boolean stillPending(PublicationLedger publications, PublicationLedger.Pending read) {
        return Boolean.TRUE.equals(transactions.execute(status -> publications.stillPending(read)));
    }

    @Test
    void whatARunHasToDoIsItsProcessesUntilItsLastLeaseIsOut() {
        RunDetails details = new RunDetails(jdbc, transactions);
        RunRecord run = running("a");
        details.artefact(run.id(), new Artefact("due", "due", "first", null, null));
        assertThat(details.artefactsLeft("due", false)).isEmpty();
        assertThat(details.artefactsLeft("due", true)).containsOnlyKeys(run.id());
        jdbc.sql("update nightshift_run set lease_until = current_timestamp - interval '1' second")
                .update();
        assertThat(details.artefactsLeft("due", false)).containsOnlyKeys(run.id());

        details.artefact(run.id(), new Artefact("due", "due", "second", null, null));
        details.noArtefact(run.id(), "due", "first");
        assertThat(details.artefacts(run.id())).extracting(Artefact::location).containsExactly("second");
        details.noArtefact(run.id(), "due", "second");
        assertThat(details.artefacts(run.id())).isEmpty();
    }

    @Test
    void ofTwoTriesToPublishTheSecondWaitsAndFindsItDone() throws Exception {
        RunRecord run = running("a");
        chunks.raiseFence(run);
        ExecutorService other = Executors.newSingleThreadExecutor();
        Callable<Boolean> second = () -> transactions.execute(status -> chunks.beginPublishing(run));
        Future<Boolean> begun = transactions.execute(status -> {
            assertThat(chunks.beginPublishing(run)).isTrue();
            chunks.publish(run);
            Future<Boolean> waiting = other.submit(second);
            assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            return waiting;
        });
        assertThat(begun.get()).isFalse();
        other.shutdown();
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> chunks.publish(run)))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.LEASE_LOST));
    }

    @Test
    void letsOneOfManyRestartsWin() throws Exception {
        letOneWin(5);
    }

    @Test
    @Tag("slow")
    void letsOneOfManyRestartsWinEachTime() throws Exception {
        letOneWin(200);
    }

    private void letOneWin(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            RunRecord run = running("round-" + round);
            String key = "round-" + round;
            runs.end(run, RunState.STOPPED, RowCounts.NONE, null, "ann");
            ExecutorService pool = Executors.newFixedThreadPool(16);
            Callable<Boolean> restart = () -> {
                try {
                    runs.reopen(run.id(), key, "ann");
                    return true;
                } catch (NightshiftException e) {
                    assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING);
                    return false;
                }
            };
            int won = 0;
            for (Future<Boolean> result : pool.invokeAll(java.util.Collections.nCopies(16, restart))) {
                won += result.get() ? 1 : 0;
            }
            pool.shutdown();
            assertThat(won).isEqualTo(1);
            assertThat(runs.get(run.id()).attempt()).isEqualTo(2);
        }
    }

    @Test
    void findsRunsByIdPrefixNameAndFilter() {
        RunRecord run = running("a");
        RunSearch search = new RunSearch(jdbc, new PublicationLedger(jdbc));
        assertThat(search.named(run.id().toString())).isEqualTo(run);
        assertThat(search.named(run.id().toString().substring(0, 23))).isEqualTo(run);
        assertThat(search.named("flight-delay/2026-11-23T02:30:00/1")).isEqualTo(run);
        assertThat(search.named("flight-delay/2026-11-23T02:30:00")).isEqualTo(run);
        assertThatThrownBy(() -> search.named("ffff%")).hasMessageContaining("no run 'ffff%'");
        assertThat(search.list(
                        new RunSearch.Filter("flight-delay", RunState.RUNNING, CLOCK.instant(), null, null, null, 10)))
                .containsExactly(run);
        assertThat(search.list(new RunSearch.Filter("other", null, null, null, null, null, 10)))
                .isEmpty();
    }

    private Leases leases(boolean exclusive) {
        return new Leases(LedgerDatabase.of("test", dataSource), Duration.ofSeconds(30), exclusive);
    }

    private void expire(RunRecord run) {
        jdbc.sql("update nightshift_run set lease_until = current_timestamp - interval '1' second where run_id = ?")
                .param(run.id().value())
                .update();
    }

    @Test
    void aRunIsItsOwnersUntilTheLeaseIsOut() {
        RunRecord run = running("a");
        assertThat(leases(false).lost()).isEmpty();
        assertThat(leases(false).takeOver(run)).isEmpty();
        expire(run);
        assertThat(leases(false).lost()).containsExactly(run);
        assertThat(leases(false).renew(run))
                .as("an owner that wakes before anyone took over")
                .isTrue();
        assertThat(leases(false).takeOver(run)).isEmpty();
    }

    @Test
    void aQueuedRunWhoseProcessDiedIsLostToo() {
        RunRecord run = runs.create(newRun("a"), "ann");
        assertThat(leases(false).lost()).isEmpty();
        expire(run);
        assertThat(leases(false).lost()).containsExactly(run);
        assertThat(leases(false).takeOver(run)).isPresent();
    }

    @Test
    void whoHoldsTheHomeAloneKnowsEveryActiveRunLost() {
        RunRecord run = running("a");
        assertThat(leases(true).lost()).containsExactly(run);
        assertThat(leases(true).takeOver(run)).isPresent();
    }

    @Test
    void oneOfManyTakesALostRunOverAndLocksItsOwnerOut() throws Exception {
        RunRecord owner = running("a");
        chunks.raiseFence(owner);
        expire(owner);
        ExecutorService pool = Executors.newFixedThreadPool(16);
        Callable<Optional<RunRecord>> take = () -> leases(false).takeOver(owner);
        List<RunRecord> winners = new ArrayList<>();
        for (Future<Optional<RunRecord>> taken : pool.invokeAll(Collections.nCopies(16, take))) {
            taken.get().ifPresent(winners::add);
        }
        pool.shutdown();
        assertThat(winners).hasSize(1);
        chunks.raiseFence(winners.get(0));

        assertThat(leases(false).renew(owner)).isFalse();
        assertThatThrownBy(() -> chunks.raiseFence(owner)).hasMessageContaining("no longer holds the run");
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> chunks.publish(owner)))
                .hasMessageContaining("no longer holds the run");
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> chunks.commit(
                        owner,
                        0,
                        List.of(new ChunkLedger.ChunkCounts(0, RowCounts.NONE)),
                        new ChunkLedger.PartitionState(1, null),
                        new byte[0])))
                .hasMessageContaining("no longer holds the run");
        assertThatThrownBy(() -> runs.end(owner, RunState.STOPPED, RowCounts.NONE, null, "ann"))
                .hasMessageContaining("was changed by another process");
        assertThat(chunks.committedChunks(owner.id())).isZero();

        RunRecord ended = runs.end(winners.get(0), RunState.FAILED, RowCounts.NONE, null, "recovery");
        RunRecord again = runs.start(runs.reopen(ended.id(), "a", "ann"), "ann@2");
        assertThat(again.token()).isGreaterThan(winners.get(0).token());
        chunks.raiseFence(again);
    }

    @Test
    void thePublishedMarkIsPartOfItsTransaction() {
        RunRecord run = running("a");
        chunks.raiseFence(run);
        transactions.executeWithoutResult(status -> {
            chunks.publish(run);
            status.setRollbackOnly();
        });
        assertThat(chunks.published(run.id())).isFalse();
        transactions.executeWithoutResult(status -> chunks.publish(run));
        assertThat(chunks.published(run.id())).isTrue();
    }
}
