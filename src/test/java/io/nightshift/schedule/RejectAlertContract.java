package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.SmallJob;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.FailureCode;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFolder;
import io.nightshift.job.JobName;
import io.nightshift.ledger.PartitionRecord;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told that a run came near the rejects that its job allows, on every database that may keep the record of runs. */
abstract class RejectAlertContract {

    private static final LocalDateTime DAY = LocalDateTime.of(2026, 11, 23, 0, 0);
    private static final String ALERTS = "select message from nightshift_alert where kind = 'REJECT_LIMIT_NEAR'";

    @TempDir
    Path folder;

    abstract ServiceFolder service() throws IOException;

    @Test
    void aServedRunNearItsLimitIsToldOfAndNoneBelowOrPastIt() throws Exception {
        ServiceFolder service = service();
        SmallJob.in(folder)
                .input("select i as id, case when i % 10 = 3 then 'nan'::double else i end as x from range(800) t(i)");
        Map<String, String> limits =
                Map.of("near", "max_rows: 100", "calm", "max_rows: 101", "past", "max_share: 9.9%");
        try (ServingNode node = ServingNode.start(service, "home", Clock.systemUTC())) {
            RunId near = launch(node, service, "near", limits.get("near"));
            RunId calm = launch(node, service, "calm", limits.get("calm"));
            RunId past = launch(node, service, "past", limits.get("past"));
            node.work();
            FireAudit audit =
                    new FireAudit(node.bean(LedgerDatabases.class).metadata().dataSource());
            audit.await("runs that are not let go", 90, "select count(*) from nightshift_queue", 0);
            assertThat(runs(node).get(calm).state()).isEqualTo(RunState.COMPLETED);
            assertThat(runs(node).get(past).failure())
                    .extracting(RunFailure::code)
                    .isEqualTo(FailureCode.TOO_MANY_REJECTS);
            assertThat(runs(node).get(past).rows().rejected())
                    .as("near its limit of 79 before it passed it")
                    .isGreaterThan(70);
            assertThat(alerts(node))
                    .containsExactly(
                            "run " + runs(node).get(near).name() + " is COMPLETED with 80 rejected rows, 80 % of the"
                                    + " 100 that its job allows (rejects.max_rows); a run with more of them fails. See the reasons of"
                                    + " its rejects, and mend the data or the model, or raise the limit");
            assertThat(texts(node, "select subject from nightshift_alert where kind = 'REJECT_LIMIT_NEAR'"))
                    .containsExactly("near");
            assertThat(texts(node, "select run_id from nightshift_alert where kind = 'REJECT_LIMIT_NEAR'"))
                    .containsExactly(near.toString());
            assertThat(texts(node, "select subject from nightshift_alert where kind = 'RUN_FAILED'"))
                    .containsExactly("past");
        }
    }

    private RunId launch(ServingNode node, ServiceFolder service, String job, String limits) throws IOException {
        Files.writeString(service.jobs().resolve(job + ".yaml"), """
                job: %s
                source: {parquet: {path: %s/input.parquet}}
                key: [id]
                model: %s/model
                output: {table: %s}
                rejects: {%s}
                compute: {threads: 1, batch_rows: 10, chunk_rows: 10}
                """.formatted(job, folder, folder, job, limits));
        JobFile file = new JobFolder(service.jobs(), Clock.systemUTC()).find(job);
        return node.bean(RunQueue.class)
                .submit(Submission.byHand(file.resolve(JobFile.Launch.on(DAY)), DAY, Map.of(), "ann", 5), "ann")
                .id();
    }

    private record Case(
            String rejects,
            long scanned,
            long pruned,
            long rejected,
            @Nullable String told) {}

    @Test
    void theLimitThatIsPassedFirstCounts() throws Exception {
        List<Case> cases = List.of(
                new Case("rejects: {max_rows: 100}", 1000, 0, 79, null),
                new Case(
                        "rejects: {max_rows: 100}",
                        1000,
                        0,
                        80,
                        "80 % of the 100 that its job allows (rejects.max_rows)"),
                new Case("rejects: {max_rows: 7}", 1000, 0, 5, null),
                new Case("rejects: {max_rows: 7}", 1000, 0, 6, "85 % of the 7 that"),
                new Case("rejects: {max_rows: 1}", 1000, 0, 1, "100 % of the 1 that"),
                new Case("rejects: {max_share: 7%}", 100, 900, 55, null),
                new Case(
                        "rejects: {max_share: 7%}",
                        100, 900, 56, "80 % of the 70 that its job allows (rejects.max_share, 7 % of 1000 rows)"),
                new Case(
                        "rejects: {max_rows: 1000, max_share: 1%}",
                        1000, 0, 9, "90 % of the 10 that its job allows (rejects.max_share"),
                new Case(
                        "rejects: {max_rows: 9, max_share: 1%}",
                        1000, 0, 9, "100 % of the 9 that its job allows (rejects.max_rows)"),
                new Case("rejects: {max_rows: 2000}", 1000, 0, 999, null),
                new Case("rejects: {max_share: 100%}", 1000, 0, 999, null),
                new Case("rejects: {max_share: 0.01%}", 1000, 0, 1, null),
                new Case("rejects: {}", 1000, 0, 999, null),
                new Case("", 1000, 0, 1, null),
                new Case("rejects: {a_later_key: 1}", 1000, 0, 999, null));
        try (ServingNode node = new ServingNode(service(), "home", Clock.systemUTC())) {
            for (Case tried : cases) {
                RunRecord run = started(node, tried.rejects(), tried.scanned(), tried.pruned());
                complete(node, run, tried.rejected());
                end(node, run);
                assertThat(texts(node, ALERTS + " and run_id = '" + run.id() + "'"))
                        .as("%s", tried)
                        .satisfies(told -> {
                            if (tried.told() == null) {
                                assertThat(told).isEmpty();
                            } else {
                                assertThat(told)
                                        .singleElement()
                                        .asString()
                                        .contains(" " + tried.rejected() + " rejected rows, " + tried.told());
                            }
                        });
            }
        }
    }

    @Test
    void aRunIsToldOfOnceHoweverOftenItEnds() throws Exception {
        try (ServingNode node = new ServingNode(service(), "home", Clock.systemUTC())) {
            RunRecord run = started(node, "rejects: {max_rows: 100}", 1000, 0);
            runs(node).end(run, RunState.FAILED, rows(99), failure(FailureCode.TOO_MANY_REJECTS), "worker");
            end(node, run);
            assertThat(alerts(node)).as("it is told of as failed").isEmpty();

            run = restarted(node, run);
            runs(node).end(run, RunState.FAILED, rows(90), failure(FailureCode.QUERY_INVALID), "worker");
            end(node, run);
            assertThat(alerts(node)).singleElement().asString().contains(" is FAILED with 90 rejected rows, 90 % ");

            run = restarted(node, run);
            runs(node).requestStop(run, "ann", "enough");
            runs(node).end(run, RunState.STOPPED, rows(95), null, "worker");
            end(node, run);
            run = restarted(node, run);
            complete(node, run, 99);
            end(node, run);
            end(node, run);
            assertThat(alerts(node)).singleElement().asString().contains("90 rejected rows");
        }
    }

    private static RunRecord started(ServingNode node, String rejects, long scanned, long pruned) {
        RunRecord run = runs(node)
                .create(
                        new RunLedger.NewRun(
                                new JobName("small"), "small", DAY, key(), Map.of(), Map.of(), """
                                job: small
                                source: {parquet: {path: input.parquet}}
                                key: [id]
                                model: model
                                output: {table: small}
                                %s
                                """.formatted(rejects)),
                        "ann");
        node.bean(RunDetails.class)
                .freezePlan(run.id(), List.of(new PartitionRecord(0, 1, scanned, "{}")), pruned, "{}");
        return runs(node).start(run, "worker");
    }

    private static RunRecord restarted(ServingNode node, RunRecord run) {
        return runs(node).start(runs(node).reopen(run.id(), key(), "ann"), "worker");
    }

    private static void complete(ServingNode node, RunRecord run, long rejected) {
        node.bean(LedgerDatabases.class).metadata().transactions().executeWithoutResult(status -> runs(node)
                .complete(run, rows(rejected), "worker"));
    }

    private static void end(ServingNode node, RunRecord run) {
        node.bean(RejectAlert.class).ended(runs(node).get(run.id()));
    }

    private static RowCounts rows(long rejected) {
        return new RowCounts(1000, 1000 - rejected, rejected, 0);
    }

    private static RunFailure failure(FailureCode code) {
        return new RunFailure(code, "made to fail", null);
    }

    private static String key() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static RunLedger runs(ServingNode node) {
        return node.bean(RunLedger.class);
    }

    private static List<String> alerts(ServingNode node) {
        return texts(node, ALERTS);
    }

    private static List<String> texts(ServingNode node, String sql) {
        return node.bean(LedgerDatabases.class)
                .metadata()
                .jdbc()
                .sql(sql)
                .query(String.class)
                .list();
    }
}
