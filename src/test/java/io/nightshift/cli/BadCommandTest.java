package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands that ask for what there is not, or for what must not be: exit code 2, what is allowed, and no run. */
final class BadCommandTest {

    @TempDir
    Path folder;

    private SmallJob job;

    @BeforeEach
    void soundJob() {
        job = SmallJob.in(folder);
    }

    private void refused(String code, List<String> said, String... arguments) {
        CommandRun text = job.command(arguments);
        assertThat(text.exitCode()).as(text.err()).isEqualTo(2);
        assertThat(text.out()).isEmpty();
        assertThat(text.err()).contains(said);
        String[] json = new String[arguments.length + 2];
        json[0] = "--output";
        json[1] = "json";
        System.arraycopy(arguments, 0, json, 2, arguments.length);
        CommandRun run = job.command(json);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        JsonNode error = run.errJson();
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("kind").asString()).isEqualTo("user");
        assertThat(error.get("message").asString()).contains(said);
        assertThat(error.has("where")).isTrue();
        assertThat(error.has("trace")).isFalse();
    }

    private void refusedRun(String code, List<String> said, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "run";
        arguments[1] = job.file.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        refused(code, said, arguments);
        assertThat(Files.exists(job.home))
                .as("no run, not even a home, was made")
                .isFalse();
    }

    @Test
    void jobsThatThereAreNot() {
        refused("JOB_UNKNOWN", List.of("'flight-dely'", "did you mean 'flight-delay'?"), "run", "flight-dely");
        refused("DEFINITION_INVALID", List.of("nope.yaml"), "run", "nope.yaml");
        refused(
                "DEFINITION_INVALID",
                List.of("nope"),
                "validate",
                folder.resolve("nope").toString());
        refused("JOB_UNKNOWN", List.of("'flight-dely'", "did you mean 'flight-delay'?"), "validate", "flight-dely");
        assertThat(Files.exists(job.home)).isFalse();
    }

    @Test
    void benchmarksOfTooFewRowsToMeasure() {
        refused(
                "USAGE",
                List.of("1000 rows", "2048 or more"),
                "bench",
                job.file.toString(),
                "--threads",
                "4",
                "--rows",
                "0");
    }

    @Test
    void unknownKeysAndWrongTypesAreReportedTogether() {
        job.definition("rejcts: {max_rows: 1}\ncompute: {threads: many}\n");
        refusedRun(
                "DEFINITION_INVALID",
                List.of("small.yaml:6:1", "'rejcts'", "did you mean 'rejects'?", "small.yaml:7:20", "'many'"));
    }

    @Test
    void parametersThatAreUnknownMissingOrOfAnotherType() {
        job.definition("parameters: {day: {type: date}, size: {type: long, min: 1, default: 5}}\n");
        refusedRun("PARAMETER_INVALID", List.of("'day'"));
        refusedRun("PARAMETER_INVALID", List.of("'dya'", "did you mean 'day'?"), "-p", "dya=2001-01-01");
        refusedRun("PARAMETER_INVALID", List.of("'2001-02-30'"), "-p", "day=2001-02-30");
        refusedRun("PARAMETER_INVALID", List.of("size", "0"), "-p", "day=2001-02-03", "-p", "size=0");
        refusedRun("USAGE", List.of("'-p' (NAME=VALUE)", "day"), "-p", "day");
    }

    @Test
    void settingsThatCannotBeMade() {
        refusedRun(
                "DEFINITION_INVALID",
                List.of("'compute.thread'", "did you mean 'compute.threads'?"),
                "--set",
                "compute.thread=1");
        refusedRun("DEFINITION_INVALID", List.of("compute.threads", "'0'", "1 to 1024"), "--set", "compute.threads=0");
        refusedRun(
                "USAGE",
                List.of("'yesterday' is no date and time such as 2001-03-05T00:00"),
                "--logical-date",
                "yesterday");
    }

    @Test
    void aDeviceThatThereIsNotIsRefusedWithTheDevicesThereAre() {
        CommandRun run = job.run("--set", "compute.device=gpu:7");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errJson().get("code").asString()).isEqualTo("DEVICE_UNAVAILABLE");
        assertThat(run.errJson().get("message").asString())
                .contains("gpu:7", "there are: cpu (this build of ONNX Runtime has no GPU support)");
    }

    @Test
    void runsThatThereAreNotOrThatCannotMove() {
        for (List<String> command : List.of(List.of("runs", "show"), List.of("restart"), List.of("publish"))) {
            String[] arguments = new String[command.size() + 1];
            command.toArray(arguments);
            arguments[command.size()] = "0123abcd";
            refused("RUN_UNKNOWN", List.of("there is no run '0123abcd'"), arguments);
        }
        String completed = job.completes().get("run").asString();
        refused("STATE_CONFLICT", List.of("is COMPLETED", "only FAILED and STOPPED"), "restart", completed);
        job.input("select 1 as id");
        String failed = job.fails(1, "SCHEMA_MISMATCH").get("run").asString();
        refused("STATE_CONFLICT", List.of("is FAILED", "What readers see is unchanged"), "publish", failed);
        assertThat(job.published()).hasSize(1000);
        refused("USAGE", List.of("'tomorrow'"), "runs", "--since", "tomorrow");
        refused("USAGE", List.of("'DONE'", "COMPLETED"), "runs", "--state", "DONE");
    }

    @Test
    void aQueryCanReadAndNothingElse() {
        job.completes();
        for (String sql : List.of(
                "delete from small",
                "drop table small",
                "create table mine (a int)",
                "shutdown",
                "select * from final table (insert into small_rejects select * from small_rejects)",
                "explain analyze delete from small",
                "select 1; drop table small",
                "script to '" + folder.resolve("dump.sql") + "'",
                "call csvwrite('" + folder.resolve("dump.csv") + "', 'select 1')",
                "select file_read('/etc/passwd')",
                "select * from csvread('/etc/passwd')",
                "select * from no_such_table",
                "selct 1",
                "")) {
            refused("QUERY_INVALID", List.of("the query is refused", "nothing was changed"), "query", sql);
        }
        assertThat(job.published()).hasSize(1000);
        assertThat(folder.toFile().list()).doesNotContain("dump.sql", "dump.csv");
    }

    @Test
    void aQueryIsOneStatementToItsEnd() {
        job.completes();
        for (String sql : List.of(
                "select 1; set password 'x'",
                "select 1 /* ; */ ; /* a */ alter user reader set password 'x'",
                "set password 'x'",
                "prepare p as select 1",
                "execute immediate 'set password ''x'''",
                "select * from (select 1) x; set schema information_schema")) {
            refused("QUERY_INVALID", List.of("the query is refused", "nothing was changed"), "query", sql);
        }
        assertThat(job.rows(" select 1 ; ")).hasToString("[[1]]");
        assertThat(job.rows("select 'a;b' -- c; d")).hasToString("[[a;b]]");
        assertThat(job.rows("explain select * from small_current")).hasSize(1);
    }

    @Test
    void aReaderWhosePasswordWasChangedIsLetInAgain() throws Exception {
        job.completes();
        try (Connection reader = new JobRun(folder, job.home).h2()) {
            reader.createStatement().execute("set password 'x'");
        }
        assertThat(job.published()).hasSize(1000);
        job.completes();
    }

    @Test
    void aHomeWithASemicolonIsNoAddressOfADatabase() {
        String home = folder.resolve("h;INIT=CREATE SCHEMA PWN").toString();
        refused("USAGE", List.of("semicolon", "h;INIT=CREATE SCHEMA PWN", "--home"), "--home", home, "runs");
        assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith("h;"));
    }

    @Test
    void aFailpointThatIsNoneIsRefused() {
        for (String armed : List.of("ALL_SCORED", "all_scored", "all_scored:0", "all_scord:1", "")) {
            System.setProperty("nightshift.failpoint", armed);
            try {
                refusedRun("USAGE", List.of("-Dnightshift.failpoint=" + armed + " ", "all_scored", "chunk_written:3"));
            } finally {
                System.clearProperty("nightshift.failpoint");
            }
        }
    }

    @Test
    void aBenchmarkNeedsARunBeforeTheFirstThatCounts() {
        CommandRun run = CommandRun.inHome(folder, "bench", "--warmups", "0");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("numbers from 1").contains("Nothing was started");
    }

    @Test
    void aBenchmarkReadsParquet() throws Exception {
        refused("USAGE", List.of("--from", "jdbc", "POSTGRESQL"), "bench", job.file.toString(), "--from", "jdbc");
        Path table = folder.resolve("table.yaml");
        Files.writeString(
                table,
                Files.readString(job.file)
                        .replaceAll("source: .*", "source: {jdbc: {database: warehouse, table: t, partition_by: id}}"));
        refused("USAGE", List.of("read Parquet files", "nothing was started"), "bench", table.toString());
    }

    @Test
    void aTraceIsPrintedWhereDebugAsksForIt() throws Exception {
        Files.delete(job.model.resolve("model.onnx"));
        CommandRun run = CommandRun.inHome(job.home, "--debug", "query", "selct 1");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("QUERY_INVALID: the query is refused", "\tat io.nightshift.");
    }

    @Test
    void listsRunsNewestFirstAndSinceAMoment() throws Exception {
        Instant monday = Instant.parse("2026-03-02T02:00:00Z");
        for (int day = 0; day < 3; day++) {
            CommandRun run = CommandRun.at(monday.plusSeconds(day * 86_400L), job.home, "run", job.file.toString());
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        assertThat(created("runs"))
                .containsExactly("2026-03-04T02:00:00Z", "2026-03-03T02:00:00Z", "2026-03-02T02:00:00Z");
        assertThat(created("runs", "--since", "2026-03-03T02:00:00Z")).hasSize(2);
        assertThat(created("runs", "--since", "2026-03-04")).containsExactly("2026-03-04T02:00:00Z");
        assertThat(created("runs", "--state", "failed")).isEmpty();
        assertThat(created("runs", "--job", "other")).isEmpty();
        assertThat(created("runs", "--job", "small", "--limit", "1")).containsExactly("2026-03-04T02:00:00Z");
    }

    private List<String> created(String... arguments) {
        String[] json = new String[arguments.length + 2];
        json[0] = "--output";
        json[1] = "json";
        System.arraycopy(arguments, 0, json, 2, arguments.length);
        CommandRun run = job.command(json);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return StreamSupport.stream(run.outJson().get("runs").spliterator(), false)
                .map(listed -> listed.get("created").asString())
                .toList();
    }
}
