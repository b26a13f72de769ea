package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightshift.NightshiftProcess;
import io.nightshift.database.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Homes that cannot be used, are used already or run full: a clear answer, and nothing of what they hold is lost. */
final class BadHomeTest {

    @TempDir
    Path folder;

    private Path mounted = Path.of("");

    @AfterEach
    void unmount() throws Exception {
        if (!mounted.toString().isEmpty()) {
            // Lazily: H2 lets go of the files of a full disk some time after it is closed.
            command("umount", "-l", mounted.toString());
        }
    }

    /** A disk of its own; skips the test where this user may not mount one. */
    private Path disk(String options) throws Exception {
        Path point = Files.createDirectories(folder.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", options, "tmpfs", point.toString()) == 0,
                "a small disk needs the right to mount one (root): run this test in a container");
        mounted = point;
        return point;
    }

    private void resize(String options) throws Exception {
        assertThat(command("mount", "-o", "remount," + options, mounted.toString()))
                .isZero();
    }

    private static int command(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static JsonNode refused(CommandRun run, int exit, String code, String... said) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exit);
        assertThat(run.out()).isEmpty();
        JsonNode error = run.errJson();
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("message").asString()).contains(said);
        return error;
    }

    private static CommandRun runs(Path home) {
        return CommandRun.inHome(home, "--output", "json", "runs");
    }

    @Test
    void aFileIsNoHome() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        refused(runs(file), 1, "HOME_UNUSABLE", file + " is no directory", "nothing was started", "--home");
        assertThat(file).hasContent("mine");
    }

    @Test
    void aHomeThatCannotBeWrittenIsNamed() throws Exception {
        Path home = disk("ro,size=1m").resolve("home");
        refused(runs(home), 1, "HOME_UNUSABLE", home.toString(), "Read-only file system", "NIGHTSHIFT_HOME");
    }

    @Test
    void aHomeOnAFullDiskIsSaidToBeFull() throws Exception {
        Path home = disk("size=200k").resolve("home");
        refused(runs(home), 1, "DISK_FULL", home.toString(), "nothing was started");
        resize("size=20m");
        assertThat(runs(home).exitCode()).isZero();
    }

    @Test
    void aHomeThatFillsUpInARunKeepsItsChunksAndGoesOn() throws Exception {
        SmallJob job = SmallJob.in(disk("size=5m"));
        job.input("select i as id, i::double as x, repeat('g', 100) as g from range(40000) t(i)");
        job.definition("output: {table: small, keep: [g]}\ncompute: {threads: 1, batch_rows: 500, chunk_rows: 1000}\n");
        CommandRun full = job.run();
        assertThat(full.exitCode()).isEqualTo(1);
        JsonNode error = full.errJson();
        assertThat(error.get("code").asString()).as(full.err()).isEqualTo("DISK_FULL");
        assertThat(error.get("message").asString()).contains("committed", "nothing was published");

        resize("size=100m");
        JsonNode run = job.newestRun();
        assertThat(run.get("state").asString()).isEqualTo("FAILED");
        assertThat(run.get("rows").get("read").asInt()).isBetween(1, 39_999);
        CommandRun restart =
                job.command("--output", "json", "restart", run.get("run").asString());
        assertThat(restart.exitCode()).as(restart.err()).isZero();
        assertThat(job.rows("select count(*), count(distinct id), sum(score) from small_current"))
                .hasToString("[[40000, 40000, 7.9998E8]]");
    }

    @Test
    void aFullDiskOfResultsFreesWhatIsStagedAndGoesOn() throws Exception {
        Path results = disk("size=300k").resolve("results");
        SmallJob job = SmallJob.in(Files.createDirectories(folder.resolve("job")));
        job.input("select i as id, random() as x, 'g' as g from range(200000) t(i)");
        job.definition("output: {parquet: '" + results + "'}\ncompute: {threads: 1}\n");
        JsonNode run = job.fails(1, "DISK_FULL", results.toString(), "no space left");
        Path staged = results.resolve("_staging/" + run.get("run").asString());
        try (Stream<Path> left = Files.exists(staged) ? Files.walk(staged) : Stream.empty()) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        resize("size=100m");
        CommandRun restart =
                job.command("--output", "json", "restart", run.get("run").asString());
        assertThat(restart.exitCode()).as(restart.err()).isZero();
        assertThat(restart.outJson().get("rows").get("predicted").asInt()).isEqualTo(200_000);
    }

    @Test
    void aDatabaseOfALaterVersionIsLeftAsItIs() throws Exception {
        assertThat(runs(folder.resolve("home")).exitCode()).isZero();
        String url = "jdbc:h2:file:" + folder.resolve("home/nightshift").toAbsolutePath();
        try (Connection h2 = DriverManager.getConnection(url, "nightshift", "")) {
            h2.createStatement()
                    .execute("create local temporary table later as select * from \"nightshift_schema_history\" where"
                            + " \"installed_rank\" = 1; update later set \"installed_rank\" = 99, \"version\" = '99',"
                            + " \"description\" = 'later', \"script\" = 'V99__later.sql';"
                            + " insert into \"nightshift_schema_history\" select * from later");
        }
        refused(
                runs(folder.resolve("home")),
                1,
                "HOME_INCOMPATIBLE",
                "another version of Nightshift",
                "99",
                "nothing was changed",
                "Use the version that wrote it");
    }

    @Test
    void aDatabaseThatIsNoneIsNamedAtOnce() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        byte[] noise = "no database ".repeat(4000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Files.write(home.resolve("nightshift.mv.db"), noise);
        refused(runs(home), 1, "HOME_UNUSABLE", home.toString(), "cannot be opened", "backup");
        assertThat(home.resolve("nightshift.mv.db")).hasBinaryContent(noise);
    }

    @Test
    void aDatabaseThatWasLostIsNotTakenForANewOne() throws Exception {
        Path home = folder.resolve("home");
        assertThat(runs(home).exitCode()).isZero();
        Files.write(home.resolve("nightshift.mv.db"), new byte[0]);
        refused(runs(home), 1, "HOME_UNUSABLE", "empty although it has held runs", "backup");
        Files.delete(home.resolve("nightshift.mv.db"));
        refused(runs(home), 1, "HOME_UNUSABLE", "empty although it has held runs");
    }

    @Test
    void aSecondProcessIsToldWhoHoldsTheHome() throws Exception {
        Path home = folder.resolve("home");
        try (Home held = Home.open(home, "ann (process 42) running `nightshift run flight-delay`")) {
            assertThat(held.directory()).isEqualTo(home);
            NightshiftProcess.Result second = NightshiftProcess.run(home, "--output", "json", "run", "flight-delay");
            assertThat(second.exit()).isEqualTo(5);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .contains("\"ALREADY_RUNNING\"")
                    .contains("in use by ann (process 42) running `nightshift run flight-delay`")
                    .contains("nothing was started");
            refused(runs(home), 5, "ALREADY_RUNNING", "ann (process 42)");
        }
        assertThat(runs(home).exitCode()).isZero();
    }

    @Test
    void aFolderOfResultsThatIsGoneDoesNotLockTheHome() throws Exception {
        SmallJob job = SmallJob.in(folder);
        Path results = folder.resolve("results");
        job.definition("output: {parquet: '" + results + "'}\n");
        JsonNode run = job.completes();
        String url = "jdbc:h2:file:" + job.home.resolve("nightshift").toAbsolutePath();
        try (Connection h2 = DriverManager.getConnection(url, "nightshift", "")) {
            h2.createStatement()
                    .execute("insert into nightshift_pending_manifest (run_id, folder) values ('"
                            + run.get("run").asString() + "', '" + folder.resolve("gone") + "')");
        }
        assertThat(job.command("runs").exitCode()).isZero();
        assertThat(List.of(run.get("state").asString())).containsExactly("COMPLETED");
    }
}
