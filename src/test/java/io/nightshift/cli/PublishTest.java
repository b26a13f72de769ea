package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What readers see, of tables, aggregates and files together, when runs are published, fail at it, or go back. */
final class PublishTest {

    private static final String BY_G = "aggregates: [{name: by_g, group_by: [g], measures: {n: {count: '*'}}}]\n";

    @TempDir
    Path folder;

    private SmallJob job;
    private Path results;

    @BeforeEach
    void prepare() {
        job = SmallJob.in(folder);
        results = folder.resolve("results");
    }

    private String output() {
        return "output: {table: small, parquet: '" + results + "'}\n";
    }

    private void execute(String sql) throws SQLException {
        String url = "jdbc:h2:file:" + job.home.resolve("nightshift").toAbsolutePath();
        try (Connection h2 = DriverManager.getConnection(url, "nightshift", "")) {
            h2.createStatement().execute(sql);
        }
    }

    private JsonNode manifest() throws Exception {
        return JsonMapper.shared().readTree(Files.readAllBytes(results.resolve("manifest.json")));
    }

    private String shown() {
        return job.rows("select distinct cast(run_id as varchar) from small_current")
                .get(0)
                .get(0);
    }

    private static String id(JsonNode run) {
        return run.get("run").asString();
    }

    @Test
    void postProcessLandsWithThePublicationOrNotAtAll() throws Exception {
        job.definition(output());
        String first = id(job.completes());
        execute("create table history (id bigint, run varchar)");
        String insert = "{sql: 'insert into history select id, cast(run_id as varchar) from small_current'}";
        job.definition(output() + "post_process: [" + insert + "]\n");
        String second = id(job.completes());
        assertThat(shown()).isEqualTo(second).isNotEqualTo(first);
        String history = "select run, count(*) from history group by run";
        assertThat(job.rows(history)).containsExactly(List.of(second, "1000"));

        job.definition(output() + "post_process: [" + insert + ", {sql: delete from nope}]\n");
        JsonNode failed = job.fails(1, "DATABASE_FAILED", "post_process[1].sql", "Table \"NOPE\" not found");
        String message = failed.get("failure").get("message").asString();
        assertThat(message.split("nothing was published", -1)).hasSize(2);
        assertThat(message).doesNotContain("PreparedStatementCallback").doesNotContain("SQL statement:");
        assertThat(job.rows(history)).containsExactly(List.of(second, "1000"));
        assertThat(shown()).isEqualTo(second);
        assertThat(job.rows("select distinct cast(run_id as varchar) from nightshift_publication"))
                .containsExactly(List.of(second));
        assertThat(manifest().get("run").asString()).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t as select * from small",
                "truncate table small",
                "commit",
                "with x as (select 1) create table t as select * from x",
                "-- rows\ncreate table t (id int)",
                "insert into t values (1); create table u (id int)",
                "insert into t values (:day)",
            })
    void statementsThatCouldCommitAreRefusedBeforeAnythingRuns(String sql) {
        job.definition("post_process: [{sql: " + JsonMapper.shared().writeValueAsString(sql) + "}]\n");
        CommandRun run = job.run();
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.errJson().get("code").asString()).isEqualTo("DEFINITION_INVALID");
        assertThat(run.errJson().get("message").asString()).contains("post_process[0].sql");
        assertThat(job.command("--output", "json", "runs").outJson().get("runs"))
                .isEmpty();
    }

    @Test
    void aRunWhoseFilesAreGoneIsNotPublishedNowOrLater() throws Exception {
        job.definition(output());
        String first = id(job.completes());
        String second = id(job.completes());
        Path files = results.resolve("run=" + first);
        Path away = folder.resolve("away");
        Files.move(files, away);
        refused(first, "INPUT_MISSING", "run=" + first);
        assertThat(shown()).isEqualTo(second);
        assertThat(job.command("publish", second).exitCode()).isZero();

        Files.move(away, files);
        assertThat(shown()).isEqualTo(second);
        assertThat(manifest().get("run").asString()).isEqualTo(second);

        Path part = files.resolve("predictions/part-00000.parquet");
        byte[] whole = Files.readAllBytes(part);
        Files.write(part, new byte[] {1});
        refused(first, "DATA_CORRUPT", part + " has 1 bytes");
        assertThat(shown()).isEqualTo(second);
        Files.write(part, whole);
        assertThat(job.command("publish", first).exitCode()).isZero();
        assertThat(shown()).isEqualTo(first);
        assertThat(manifest().get("run").asString()).isEqualTo(first);
    }

    private void refused(String run, String code, String said) {
        CommandRun publish = job.command("--output", "json", "publish", run);
        assertThat(publish.exitCode()).isEqualTo(1);
        assertThat(publish.errJson().get("code").asString()).isEqualTo(code);
        assertThat(publish.errJson().get("message").asString())
                .contains(said, "nothing was changed", "readers of tables and files see the run that they saw before");
    }

    @Test
    void aManifestThatIsStillDueDoesNotUndoALaterPublication() throws Exception {
        job.definition(output());
        String first = id(job.completes());
        String second = id(job.completes());
        // As a crash between the commit and the rename leaves it; what the rename needs is away until later.
        execute("insert into nightshift_pending_manifest (run_id, folder) values ('" + first + "', '"
                + results.toRealPath() + "')");
        Path away = folder.resolve("away");
        Files.move(results.resolve("run=" + first), away);
        assertThat(job.command("publish", second).exitCode()).isZero();
        Files.move(away, results.resolve("run=" + first));
        assertThat(shown()).isEqualTo(second);
        assertThat(manifest().get("run").asString()).isEqualTo(second);
    }

    @Test
    void aggregatesThatAnEarlierRunLacksShowNothing() {
        String first = id(job.completes());
        job.definition(BY_G);
        String second = id(job.completes());
        String groups = "select distinct cast(run_id as varchar) from small_by_g_current";
        assertThat(job.rows(groups)).containsExactly(List.of(second));

        assertThat(job.command("publish", first).exitCode()).isZero();
        assertThat(shown()).isEqualTo(first);
        assertThat(job.rows(groups)).isEmpty();
        assertThat(job.command("publish", second).exitCode()).isZero();
        assertThat(job.rows(groups)).containsExactly(List.of(second));

        job.definition("");
        String third = id(job.completes());
        assertThat(shown()).isEqualTo(third);
        assertThat(job.rows(groups)).isEmpty();
    }

    @Test
    void aRestartFromAnotherDirectoryGoesOnInTheFirst() throws Exception {
        Files.writeString(job.file, """
                job: small
                source: {parquet: {path: ./input.parquet}}
                key: [id]
                model: model
                output: {parquet: results}
                """);
        NightshiftProcess.Result died = NightshiftProcess.startIn(
                        folder, job.home, List.of("-Dnightshift.failpoint=all_scored:1"), "run", "small.yaml")
                .await();
        assertThat(died.exit()).as(died.err()).isEqualTo(137);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        String run = job.command("--output", "json", "runs")
                .outJson()
                .get("runs")
                .get(0)
                .get("run")
                .asString();
        for (String command : List.of("restart", "publish")) {
            NightshiftProcess.Result result = NightshiftProcess.startIn(elsewhere, job.home, List.of(), command, run)
                    .await();
            assertThat(result.exit()).as(result.err()).isZero();
        }
        assertThat(Files.list(elsewhere)).isEmpty();
        List<Path> named = StreamSupport.stream(manifest().get("files").spliterator(), false)
                .map(file -> results.resolve(file.get("path").asString()))
                .toList();
        assertThat(named).isNotEmpty().allMatch(Files::exists);
    }

    @Test
    void aRunWhoseFinishedFilesAreGoneFails() throws Exception {
        job.definition("output: {parquet: '" + results + "'}\n");
        NightshiftProcess.Result died = NightshiftProcess.start(
                        job.home, List.of("-Dnightshift.failpoint=all_scored:1"), "run", job.file.toString())
                .await();
        assertThat(died.exit()).as(died.err()).isEqualTo(137);
        JsonNode run = job.newestRun();
        Path part = results.resolve("run=" + id(run) + "/predictions/part-00000.parquet");
        Files.delete(part);
        CommandRun restart = job.command("--output", "json", "restart", id(run));
        assertThat(restart.exitCode()).isEqualTo(1);
        assertThat(restart.errJson().get("code").asString()).isEqualTo("INPUT_MISSING");
        assertThat(restart.errJson().get("message").asString()).contains(part.toString(), "nothing was published");
        assertThat(results.resolve("manifest.json")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "in, in",
        "in, ./in",
        "in, absent/../in/out",
        "in, link",
        "in, link/out",
        "in, .",
        "in, file:in",
        "file:in, in/",
        "link, in",
        "link/part-0.parquet, in",
        "in/../in, in",
        "in/part-*, in/part-out",
        "link/*.parquet, in/out",
        "in/part-*, .",
    })
    void resultsAndInputOverlapHoweverTheirPathsAreWritten(String input, String output) throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.createSymbolicLink(folder.resolve("link"), in);
        Files.copy(job.input, in.resolve("part-0.parquet"));
        job.definition("output: {parquet: '" + below(output) + "'}\n");
        CommandRun run = job.run("--set", "source.parquet.path=" + below(input));
        assertThat(run.exitCode()).as(run.out()).isNotZero();
        assertThat(run.errJson().get("message").asString()).contains("overlap; results need a folder of their own");
    }

    private String below(String path) {
        return path.startsWith("file:") ? "file:" + folder + "/" + path.substring(5) : folder + "/" + path;
    }

    @Test
    void aFolderIsNoPatternWhateverItsName() throws Exception {
        Path in = Files.createDirectories(folder.resolve("a[b]*/in"));
        Files.copy(job.input, in.resolve("part-0.parquet"));
        job.definition("output: {parquet: '" + in.resolveSibling("out") + "'}\n");
        JsonNode run = job.completes("--set", "source.parquet.path=" + in.resolve("part-*"));
        assertThat(run.get("rows").get("read").asInt()).isEqualTo(1000);
    }

    @Test
    void resultsBesideTheInputAreFine() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.copy(job.input, in.resolve("part-0.parquet"));
        job.definition("output: {parquet: '" + folder.resolve("in-results") + "'}\n");
        job.completes("--set", "source.parquet.path=" + in);
        job.definition("output: {parquet: '" + in.resolve("results") + "'}\n");
        job.completes("--set", "source.parquet.path=" + in + "/part-*");
    }
}
