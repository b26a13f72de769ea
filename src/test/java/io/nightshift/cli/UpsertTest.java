package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Jobs whose results are the last published value of each key, over many runs, from the command line to the reader. */
class UpsertTest {

    private static final String OUTPUT = "output: {keep: [g], table: small, mode: upsert}\n";
    private static final String SETTINGS = """
            rejects: {max_rows: 1000, max_share: 100%}
            aggregates:
              - name: all
                measures: {n: {count: "*"}, top: {max: score}}
            compute: {threads: 2, batch_rows: 64, chunk_rows: 128}
            """;
    private static final String LIMITED =
            SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, 1200]}");

    @TempDir
    Path folder;

    enum Store {
        H2,
        POSTGRES
    }

    private int day = 1;

    private SmallJob job(Store store) {
        SmallJob job = SmallJob.in(folder);
        if (store == Store.POSTGRES) {
            job.onServer(PostgresServer.newDatabase());
        }
        return job.definition(OUTPUT + SETTINGS).at("2026-03-01T01:00:00Z");
    }

    /** Rows with ids from one number to before another, whose score is their id and something more. */
    private static SmallJob rows(SmallJob job, int from, int to, int more) {
        return job.input("select i as id, (i + " + more + ")::double as x, 'g' || i % 3 as g from range(" + from + ", "
                + to + ") t(i)");
    }

    private String run(SmallJob job, int from, int to, int more) {
        JsonNode run = rows(job, from, to, more)
                .at("2026-03-" + String.format("%02d", ++day) + "T01:00:00Z")
                .completes();
        return run.get("run").asString();
    }

    /** Runs of ids that have the same run and the same distance of score and id, as {@code from-to+more run}. */
    private static List<String> current(SmallJob job, String... runs) {
        List<String> found = new ArrayList<>();
        for (List<String> range :
                job.rows("select min(id), max(id), count(*), cast(score - id as integer) as more, run_id"
                        + " from small_current group by cast(score - id as integer), run_id order by 1")) {
            int index = List.of(runs).indexOf(range.get(4));
            found.add(range.get(0) + "-" + range.get(1) + " n=" + range.get(2) + " +" + range.get(3) + " run "
                    + (index + 1));
        }
        return found;
    }

    private static JsonNode does(SmallJob job, String... command) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json"));
        arguments.addAll(List.of(command));
        CommandRun done = job.command(arguments.toArray(String[]::new));
        assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
        return done.outJson();
    }

    @ParameterizedTest
    @EnumSource
    void keysKeepTheirLastPublishedValueThroughRunsWaysBackAndPurges(Store store) {
        SmallJob job = job(store);
        String first = run(job, 0, 1000, 0);
        String second = run(job, 500, 1500, 100_000);
        assertThat(current(job, first, second))
                .containsExactly("0-499 n=500 +0 run 1", "500-1499 n=1000 +100000 run 2");
        assertThat(job.rows("select count(*) from small")).containsExactly(List.of("2000"));
        assertThat(job.rows("select n from small_all_current"))
                .as("aggregates of the last run")
                .containsExactly(List.of("1000"));

        assertThat(job.command("publish", first).out()).contains("the keys of run " + first, "other keys keep theirs");
        assertThat(current(job, first, second))
                .containsExactly("0-999 n=1000 +0 run 1", "1000-1499 n=500 +100000 run 2");

        String third = run(job, 0, 10, 7);
        job.definition(OUTPUT + SETTINGS + "keep: {runs: 1}\n");
        assertThat(does(job, "purge", job.file.toString()).get("purged")).hasSize(2);
        List<String> kept = List.of("0-9 n=10 +7 run 3", "10-999 n=990 +0 run 1", "1000-1499 n=500 +100000 run 2");
        assertThat(current(job, first, second, third)).isEqualTo(kept);
        assertThat(job.rows("select count(*) from small")).containsExactly(List.of("10"));
        CommandRun refused = job.command("publish", first);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("was purged");
        assertThat(current(job, first, second, third)).isEqualTo(kept);
    }

    @ParameterizedTest
    @EnumSource
    void aRejectedKeyKeepsItsValueUntilARedriveRecoversIt(Store store) {
        SmallJob job = job(store);
        String first = run(job, 0, 1000, 0);
        job.signature(LIMITED);
        String second = run(job, 500, 1000, 500);
        List<String> limited = List.of("0-999 n=799 +0 run 1", "500-700 n=201 +500 run 2");
        assertThat(current(job, first, second)).isEqualTo(limited);
        assertThat(job.rows("select min(id), max(id), count(*) from small_rejects_current"))
                .containsExactly(List.of("701", "999", "299"));
        job.signature(SmallJob.SIGNATURE);
        String third = run(job, 900, 950, 3);
        rows(job, 500, 1000, 500);
        does(job, "redrive", second);

        assertThat(current(job, first, second, third))
                .as("nothing that was published later is replaced")
                .containsExactly("0-499 n=500 +0 run 1", "500-999 n=450 +500 run 2", "900-949 n=50 +3 run 3");
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyRunChangesNothingAndEmptyDaysArePublished(Store store) {
        SmallJob job = job(store);
        String first = run(job, 0, 10, 0);
        String second = run(job, 0, 0, 0);
        assertThat(current(job, first, second)).containsExactly("0-9 n=10 +0 run 1");
        assertThat(job.rows("select n from small_all_current")).containsExactly(List.of("0"));
    }

    @ParameterizedTest
    @EnumSource
    void statementsThatFollowSeeTheMergedTableAndUndoItWhereTheyFail(Store store) {
        SmallJob job = job(store);
        String first = run(job, 0, 1000, 0);
        job.definition(OUTPUT + SETTINGS + "post_process: [{sql: delete from small_current where id < 600}]\n");
        String second = run(job, 500, 1000, 9);
        assertThat(current(job, first, second)).containsExactly("600-999 n=400 +9 run 2");
        job.definition(OUTPUT + SETTINGS + "post_process: [{sql: delete from small_currant}]\n");
        CommandRun failing = rows(job, 0, 1000, 7).run();
        assertThat(failing.exitCode()).isNotZero();
        assertThat(failing.err()).contains("post_process[0].sql");
        assertThat(current(job, first, second)).containsExactly("600-999 n=400 +9 run 2");
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatChangesItsModeIsRefused(Store store) {
        SmallJob job = job(store);
        run(job, 0, 10, 0);
        job.definition("output: {keep: [g], table: small}\n" + SETTINGS);
        CommandRun shown = job.run();
        assertThat(shown.exitCode()).isNotZero();
        assertThat(shown.err())
                .contains("SCHEMA_MISMATCH", "mode is append_run", "a table of that name, as upsert makes it");
        job.definition("output: {keep: [g], table: other}\n" + SETTINGS).completes();
        job.definition("output: {keep: [g], table: other, mode: upsert}\n" + SETTINGS);
        CommandRun merged = job.run();
        assertThat(merged.exitCode()).isNotZero();
        assertThat(merged.err())
                .contains("SCHEMA_MISMATCH", "mode is upsert", "a view of that name, as append_run makes it");
        assertThat(job.rows("select count(*) from other_current")).containsExactly(List.of("10"));
    }

    @ParameterizedTest
    @CsvSource({
        "H2, publishing:1, false", "H2, published:1, true",
        "POSTGRES, publishing:1, false", "POSTGRES, results_published:1, true"
    })
    void aRunKilledWhileItIsPublishedIsMergedOnce(Store store, String failpoint, boolean done) throws Exception {
        SmallJob job = job(store);
        String first = run(job, 0, 1000, 0);
        NightshiftProcess.Result killed =
                process(job, failpoint, "run", rows(job, 500, 1500, 9).file.toString());
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(137);
        String second = settled(job, done ? "COMPLETED" : "FAILED");
        List<String> merged = List.of("0-499 n=500 +0 run 1", "500-1499 n=1000 +9 run 2");
        assertThat(current(job, first, second)).isEqualTo(done ? merged : List.of("0-999 n=1000 +0 run 1"));
        if (!done) {
            does(job, "restart", second);
            assertThat(current(job, first, second)).isEqualTo(merged);
        }
        assertThat(job.rows("select count(*) from nightshift_merged_run")).containsExactly(List.of("2"));
    }

    @ParameterizedTest
    @CsvSource({"H2, redrive_committing:1", "POSTGRES, redrive_committing:1"})
    void aRedriveKilledBeforeItsCommitHasMergedNothing(Store store, String failpoint) throws Exception {
        SmallJob job = job(store).signature(LIMITED);
        String first = run(job, 1000, 1300, 0);
        job.signature(SmallJob.SIGNATURE);
        assertThat(process(job, failpoint, "redrive", first).exit()).isEqualTo(137);
        settled(job, "COMPLETED");
        assertThat(current(job, first)).containsExactly("1000-1200 n=201 +0 run 1");
        does(job, "redrive", first);
        assertThat(current(job, first)).containsExactly("1000-1299 n=300 +0 run 1");
    }

    private static NightshiftProcess.Result process(SmallJob job, String failpoint, String... command)
            throws Exception {
        List<String> arguments = new ArrayList<>();
        Path configuration = job.folder.resolve("databases.yaml");
        if (configuration.toFile().exists()) {
            arguments.addAll(List.of("--config", configuration.toString()));
        }
        arguments.addAll(List.of(command));
        return NightshiftProcess.start(
                        job.home, List.of("-Dnightshift.failpoint=" + failpoint), arguments.toArray(String[]::new))
                .await();
    }

    /** The newest run, once nobody holds it any more. */
    private static String settled(SmallJob job, String state) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        JsonNode newest;
        do {
            newest = does(job, "runs").get("runs").get(0);
            assertThat(System.nanoTime()).as(newest.toString()).isLessThan(deadline);
        } while (List.of("QUEUED", "RUNNING", "REDRIVING")
                .contains(newest.get("state").asString()));
        assertThat(newest.get("state").asString()).isEqualTo(state);
        return newest.get("run").asString();
    }

    /** The record does not say that the run is published; the database of the results does, and has its values. */
    @Test
    void resultsInADatabaseOfTheirOwnAreMergedThere() throws Exception {
        SmallJob job = SmallJob.in(folder)
                .onServers(PostgresServer.newDatabase(), PostgresServer.newDatabase())
                .definition(OUTPUT + SETTINGS);
        String first = run(job, 0, 1000, 0);
        NightshiftProcess.Result killed = process(
                job, "results_published:1", "run", rows(job, 500, 1500, 9).file.toString());
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(137);
        String second = settled(job, "COMPLETED");
        assertThat(current(job, first, second)).containsExactly("0-499 n=500 +0 run 1", "500-1499 n=1000 +9 run 2");
        does(job, "publish", first);
        assertThat(current(job, first, second)).containsExactly("0-999 n=1000 +0 run 1", "1000-1499 n=500 +9 run 2");
    }

    @Test
    void aJobThatMergesIsNotMeasuredByFiles() {
        SmallJob job = job(Store.H2);
        CommandRun bench = job.command("--output", "json", "bench", job.file.toString());
        assertThat(bench.errJson().get("code").asString()).isEqualTo("USAGE");
        assertThat(bench.err()).contains("is upsert", "--to h2");
    }

    @Test
    void filesCannotBeMerged() {
        SmallJob job = SmallJob.in(folder).definition("output:\n  table: small\n  mode: upsert\n  parquet: out\n");
        CommandRun validated = job.command("validate", job.file.toString());
        assertThat(validated.exitCode()).isNotZero();
        assertThat(validated.out() + validated.err())
                .contains("small.yaml:7:9", "upsert is for a result table alone", "take parquet out");
    }
}
