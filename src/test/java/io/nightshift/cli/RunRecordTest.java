package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a run leaves behind is there, and true. */
final class RunRecordTest {

    private static final List<String> PHASES =
            List.of("read", "feature", "score", "write", "commit", "aggregate", "wait");

    @TempDir
    Path folder;

    private SmallJob job;
    private Path results;

    @BeforeEach
    void soundJob() {
        job = SmallJob.in(folder);
        results = folder.resolve("results");
        job.definition("""
                parameters: {least: {type: long, default: 1000}}
                output: {table: small, parquet: '%s'}
                rejects: {max_rows: 100}
                compute: {threads: 2, batch_rows: 500, chunk_rows: 5000}
                aggregates: [{name: total, measures: {n: {count: "*"}, mean: {mean: score}}}]
                """.formatted(results));
        SmallJob.write(
                job.input,
                "select i as id, case when i % 1000 = 3 then 'nan'::double else i end as x from range(50000) t(i)");
    }

    private static List<String> names(JsonNode node) {
        return StreamSupport.stream(
                        ((Iterable<String>) () -> node.propertyNames().iterator()).spliterator(), false)
                .toList();
    }

    @Test
    void batchWritesWhenAPartitionIsTakenUpAndWhenItHasEnded() {
        job.completes("-p", "least=5");
        assertThat(job.rows("select count(distinct chunks) > 1 from"
                        + " (select count(*) as chunks from nightshift_chunk group by partition_number)"))
                .containsExactly(List.of("true"));
        assertThat(job.rows("select status, exit_code, max(version), min(read_count) > 0,"
                        + " min(end_time) >= min(start_time)"
                        + " from batch_step_execution where step_name like '%partition-%' group by status, exit_code"))
                .containsExactly(List.of("COMPLETED", "COMPLETED", "1", "true", "true"));
    }

    @Test
    void batchWritesTheStepsOfARunOnceAtTheirEnd() {
        job.completes("-p", "least=5");
        assertThat(stepsOfRuns())
                .containsExactly(
                        List.of("plan", "COMPLETED", "1"),
                        List.of("score", "COMPLETED", "1"),
                        List.of("finish", "COMPLETED", "1"));
    }

    @Test
    void batchWritesTheStepThatFailedToo() throws IOException {
        job.definition("output: {table: small}\nrejects: {max_rows: 1}");
        job.fails(3, "TOO_MANY_REJECTS");
        Files.writeString(job.input, "no Parquet");
        job.fails(1, "DATA_CORRUPT");
        assertThat(stepsOfRuns())
                .containsExactly(
                        List.of("plan", "COMPLETED", "1"),
                        List.of("score", "FAILED", "1"),
                        List.of("plan", "FAILED", "1"));
    }

    private List<List<String>> stepsOfRuns() {
        return job.rows("select step_name, status, version from batch_step_execution"
                + " where step_name not like '%partition-%' and end_time is not null order by step_execution_id");
    }

    @Test
    void theDocumentOfARunHasWhatTheReferenceNames() {
        JsonNode run = job.completes("-p", "least=5", "--tag", "team=ops");
        assertThat(names(run))
                .contains(
                        "run",
                        "name",
                        "job",
                        "state",
                        "attempt",
                        "published",
                        "rows",
                        "seconds",
                        "rows_per_second",
                        "phases",
                        "memory",
                        "outputs",
                        "metrics");
        assertThat(run.get("rows").toString())
                .isEqualTo("{\"read\":50000,\"predicted\":49950,\"rejected\":50,\"filtered\":0}");
        assertThat(run.get("published").asBoolean()).isTrue();
        assertThat(run.get("parameters").toString()).isEqualTo("{\"least\":\"5\"}");
        assertThat(run.get("tags").toString()).isEqualTo("{\"team\":\"ops\"}");
        assertThat(run.get("outputs").toString())
                .isEqualTo("{\"table\":\"small\",\"view\":\"small_current\",\"parquet\":\"" + results
                        + "\",\"merge_key\":[]}");
        assertThat(names(run.get("phases"))).containsAll(PHASES);
        assertThat(run.get("memory").get("peak_heap_bytes").asLong()).isPositive();
        assertThat(run.get("memory").get("peak_resident_bytes").asLong())
                .isGreaterThan(run.get("memory").get("peak_heap_bytes").asLong() / 2);
        JsonNode metrics = run.get("metrics");
        assertThat(metrics.get("rows_scored").asDouble()).isEqualTo(50_000);
        // A row group is read once for each partition that has a part of it.
        assertThat(metrics.get("bytes_read").asDouble())
                .isBetween(10_000.0, 4.0 * job.input.toFile().length());
        // DuckDB writes none.
        assertThat(metrics.get("pages_without_checksum").asDouble()).isPositive();
        assertThat(metrics.get("model_load_seconds").asDouble()).isPositive();
        assertThat(metrics.get("threads").asDouble()).isEqualTo(2);
        double seconds = run.get("seconds").asDouble();
        assertThat(run.get("rows_per_second").asDouble())
                .isCloseTo(50_000 / seconds, org.assertj.core.data.Percentage.withPercentage(1));
    }

    @Test
    void besideAServerThereAreMoreWorkersThanScore() {
        JsonNode run = job.onServer(PostgresServer.newDatabase())
                .completes("-p", "least=5", "--set", "compute.threads=1", "--set", "output.parquet=");
        JsonNode metrics = run.get("metrics");
        assertThat(metrics.get("threads").asDouble()).isEqualTo(1);
        assertThat(metrics.get("workers").asDouble()).isEqualTo(2);
        assertThat(run.get("rows").toString())
                .isEqualTo("{\"read\":50000,\"predicted\":49950,\"rejected\":50,\"filtered\":0}");
    }

    @Test
    void everyPartitionHasItsMetricsAndTheyAddUp() {
        JsonNode run = job.completes();
        JsonNode partitions = show(run).get("partitions");
        double read = 0;
        double predicted = 0;
        double bytes = 0;
        double pages = 0;
        int count = 0;
        for (String number : names(partitions)) {
            if (number.equals("-1")) {
                continue;
            }
            JsonNode partition = partitions.get(number);
            assertThat(names(partition))
                    .contains(
                            "rows_read",
                            "rows_predicted",
                            "rows_rejected",
                            "rows_filtered",
                            "rows_per_second",
                            "seconds",
                            "bytes_read")
                    .containsAll(PHASES.stream()
                            .map(phase -> "phase_" + phase + "_seconds")
                            .toList());
            double phases = PHASES.stream()
                    .mapToDouble(phase ->
                            partition.get("phase_" + phase + "_seconds").asDouble())
                    .sum();
            assertThat(phases)
                    .isCloseTo(partition.get("seconds").asDouble(), org.assertj.core.data.Percentage.withPercentage(5));
            read += partition.get("rows_read").asDouble();
            predicted += partition.get("rows_predicted").asDouble();
            bytes += partition.get("bytes_read").asDouble();
            pages += partition.get("pages_without_checksum").asDouble();
            count++;
        }
        assertThat(count).isGreaterThan(1);
        assertThat(read).isEqualTo(50_000);
        assertThat(predicted).isEqualTo(49_950);
        assertThat(bytes).isEqualTo(run.get("metrics").get("bytes_read").asDouble());
        assertThat(pages)
                .isEqualTo(run.get("metrics").get("pages_without_checksum").asDouble());
    }

    private JsonNode show(JsonNode run) {
        CommandRun shown =
                job.command("--output", "json", "runs", "show", run.get("run").asString());
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        return shown.outJson();
    }

    @Test
    void theSnapshotTellsWhatTheResultDependsOn() throws Exception {
        JsonNode run = job.completes("-p", "least=7");
        JsonNode snapshot = show(run).get("snapshot");
        assertThat(snapshot.get("definition").asString()).contains("job: small", job.input.toString());
        assertThat(snapshot.get("parameters").get("least").asString()).isEqualTo("7");
        assertThat(snapshot.get("model").get("signature").asString()).isEqualTo(SmallJob.SIGNATURE);
        for (String name : List.of("model.onnx", "model.yaml")) {
            assertThat(snapshot.get("model").get("files").get(name).asString())
                    .isEqualTo(sha256(job.model.resolve(name)));
        }
        JsonNode file = snapshot.get("input").get("files").get(0);
        assertThat(file.get("path").asString()).isEqualTo(job.input.toString());
        assertThat(file.get("size").asLong()).isEqualTo(job.input.toFile().length());
        assertThat(file.get("footerSha256").asString()).hasSize(64);
        assertThat(snapshot.get("input").get("rows").asLong()).isEqualTo(50_000);
        assertThat(snapshot.get("device").asString()).isEqualTo("cpu");
        assertThat(snapshot.get("versions").get("java").asString())
                .isEqualTo(Runtime.version().toString());
        assertThat(names(snapshot.get("versions"))).contains("nightshift", "java", "os");
        assertThat(names(snapshot.get("versions"))).anyMatch(name -> name.contains("onnxruntime"));
        assertThat(snapshot.get("git_commit").asString()).matches("[0-9a-f]{40}|unknown");
        assertThat(snapshot.get("host").asString()).isNotBlank();
        assertThat(snapshot.get("jvm_options").isArray()).isTrue();
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void itsArtefactsExist() throws Exception {
        JsonNode run = job.completes();
        JsonNode shown = show(run);
        for (JsonNode artefact : shown.get("artefacts")) {
            String location = artefact.get("location").asString();
            switch (artefact.get("kind").asString()) {
                case "log" -> assertThat(Path.of(location)).content().contains("state=RUNNING", "state=COMPLETED");
                case "files" -> assertThat(Path.of(location, "manifest.json")).exists();
                default ->
                    assertThat(job.rows("select count(*) from " + location)).hasToString("[[49950]]");
            }
        }
        assertThat(shown.get("artefacts"))
                .extracting(artefact -> artefact.get("kind").asString())
                .containsExactlyInAnyOrder("log", "files", "table", "view");
        assertThat(shown.get("events"))
                .extracting(event -> event.get("to").asString())
                .containsExactly("QUEUED", "RUNNING", "COMPLETED");
    }

    @Test
    void forPeopleItNamesLogAndResultsAndTheLargestGroups() {
        CommandRun run = job.command("run", job.file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("50,000 read = 49,950 predicted + 50 rejected + 0 filtered")
                .contains("small_current", results.toString(), "small_total_current", ".log")
                .containsPattern("time    plan [0-9.]+ s, model load [0-9.]+ s, finish [0-9.]+ s; workers: aggregate "
                        + "[0-9.]+ s, [a-z]+ [0-9.]+ s, ")
                .as("the exact mean is 24999.997, which six digits do not tell from 25000")
                .containsPattern("    n   mean\n49950  25000\n")
                .doesNotContain("run_id");
        assertThat(job.rows("select mean from small_total_current").get(0).get(0))
                .startsWith("24999.99");
    }

    @Test
    void aFailureForPeopleIsOnTheErrorStreamAndInTheRecord() throws Exception {
        Files.delete(job.input);
        CommandRun run = job.command("run", job.file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("INPUT_MISSING: ").contains(job.input.toString(), "nothing was committed");
        assertThat(run.out()).contains("FAILED", "once that is mended: nightshift restart ");
        String id = job.command("--output", "json", "runs")
                .outJson()
                .get("runs")
                .get(0)
                .get("run")
                .asString();
        assertThat(job.command("runs", "show", id).out()).contains("failure INPUT_MISSING: ");
        assertThat(job.home.resolve("logs/" + id + ".log")).content().contains("code=INPUT_MISSING");
    }

    @Test
    void comparingTwoRunsShowsWhatDiffers() {
        String one = job.completes("-p", "least=5").get("run").asString();
        job.input("select i as id, i::double as x from range(100) t(i)");
        String other = job.completes("-p", "least=6").get("run").asString();
        CommandRun compared = job.command("--output", "json", "runs", "compare", one, other);
        assertThat(compared.exitCode()).as(compared.err()).isZero();
        List<String> what = StreamSupport.stream(
                        compared.outJson().get("differences").spliterator(), false)
                .map(difference -> difference.get("what").asString())
                .toList();
        assertThat(what)
                .contains("run", "parameters.least", "rows.read", "rows.rejected", "snapshot.input.rows")
                .doesNotContain("job", "state", "snapshot.model.files.model.onnx");
        assertThat(what)
                .as("what decides on the result comes first")
                .startsWith("snapshot.definition", "parameters.least");
        assertThat(job.command("runs", "compare", one, other).out()).contains("parameters.least", "rows.read");
        assertThat(job.command("runs", "compare", one, "ffff").exitCode()).isEqualTo(2);
    }

    @Test
    void comparingShowsTheDefinitionFirstAndWhatOneSideLacksAsEmpty() {
        String one = job.completes().get("run").asString();
        CommandRun failed = job.run("--set", "rejects.max_rows=3");
        assertThat(failed.exitCode()).as(failed.err()).isEqualTo(3);
        String other = failed.outJson().get("run").asString();
        JsonNode differences = job.command("--output", "json", "runs", "compare", one, other)
                .outJson()
                .get("differences");
        assertThat(differences.get(0).get("what").asString()).isEqualTo("snapshot.definition");
        assertThat(differences.get(0).get("first").asString()).contains("100").doesNotContain("key:");
        assertThat(differences.get(0).get("second").asString()).contains("3").doesNotContain("key:");
        assertThat(differences)
                .extracting(difference -> difference.get("what").asString())
                .contains("failure.code", "rows_per_second", "state");
        for (JsonNode difference : differences) {
            assertThat(difference.get("first").asString()).isNotEqualTo("null");
            assertThat(difference.get("second").asString()).isNotEqualTo("null");
        }
    }

    @Test
    void theListOfRunsSaysWhichOneReadersSeeHowLongItTookAndWhyOneFailed() {
        String earlier = job.completes().get("run").asString();
        String now = job.completes().get("run").asString();
        String failed =
                job.run("--set", "rejects.max_rows=3").outJson().get("run").asString();
        assertThat(job.command("runs").out())
                .containsPattern(now + " .* COMPLETED +now .* [0-9.]+ s *\n")
                .containsPattern(earlier + " .* COMPLETED +earlier .* [0-9.]+ s *(\n|$)")
                .containsPattern(failed + " .* FAILED .* [0-9.]+ s +TOO_MANY_REJECTS");
        JsonNode runs = job.command("--output", "json", "runs").outJson().get("runs");
        assertThat(runs)
                .filteredOn(run -> run.get("current").asBoolean())
                .extracting(run -> run.get("run").asString())
                .containsExactly(now);
        assertThat(job.command("publish", earlier).exitCode()).isZero();
        assertThat(job.command("runs").out())
                .containsPattern(earlier + " .* COMPLETED +now ")
                .containsPattern(now + " .* COMPLETED +earlier ");
    }

    @Test
    void aRunOfWhichNothingIsCommittedHasNoSpeedAndNeedsOtherSettings() {
        CommandRun run =
                job.command("run", job.file.toString(), "--set", "rejects.max_rows=0", "--set", "compute.threads=1");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.out())
                .containsPattern("rows    [1-9][0-9,]* seen, none committed\n")
                .contains("next    start a new run with other limits", "rejects.max_rows")
                .doesNotContain("speed")
                .doesNotContain("nightshift restart");
        assertThat(job.run("--set", "rejects.max_rows=0")
                        .outJson()
                        .get("rows_per_second")
                        .isNull())
                .isTrue();
    }

    @Test
    void theLargestGroupsAreShownFromAServerAsWell() {
        String here = largestGroups();
        job.onServer(PostgresServer.newDatabase());
        assertThat(largestGroups()).isEqualTo(here);
    }

    private String largestGroups() {
        String run = job.completes().get("run").asString();
        String out = job.command("runs", "show", run).out();
        assertThat(out).contains("the largest groups of small_total_current:\n");
        String groups = out.substring(out.indexOf("the largest groups of"));
        return groups.substring(0, groups.indexOf("event "));
    }

    @Test
    void aPreviewThatFailsChangesNothingOfTheRun() throws Exception {
        String run = job.completes().get("run").asString();
        try (Connection owner = DriverManager.getConnection(
                        "jdbc:h2:file:" + job.home.toAbsolutePath().resolve("nightshift"), "nightshift", "");
                Statement statement = owner.createStatement()) {
            statement.execute("drop view small_total_current");
        }
        CommandRun shown = job.command("runs", "show", run);
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.err()).isEmpty();
        assertThat(shown.out()).contains("the largest groups of small_total_current cannot be shown: ", "event   ");
    }

    @Test
    void publishingAnEarlierRunBringsItsRowsAndFilesBack() throws Exception {
        String first = job.completes().get("run").asString();
        List<List<String>> before = job.published();
        job.input("select i as id, i::double as x from range(10) t(i)");
        String second = job.completes().get("run").asString();
        assertThat(job.published()).hasSize(10);
        assertThat(results.resolve("manifest.json")).content().contains(second);
        CommandRun published = job.command("--output", "json", "publish", first);
        assertThat(published.exitCode()).as(published.err()).isZero();
        assertThat(published.outJson().get("published").asBoolean()).isTrue();
        assertThat(job.published()).isEqualTo(before);
        assertThat(job.rows("select n from small_total_current")).hasToString("[[49950]]");
        assertThat(results.resolve("manifest.json")).content().contains(first).doesNotContain(second);
    }
}
