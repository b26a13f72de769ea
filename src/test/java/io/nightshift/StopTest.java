package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Signals to a process at work: it finishes the chunks in hand, records STOPPED, says how to go on, and ends with exit code
 * 4. A restart then gives the result of an uninterrupted run, bit for bit.
 */
class StopTest {

    private static final int ROWS = 60_000;
    private static final Pattern ROWS_DONE = Pattern.compile("[1-9][0-9,]* of 60,000 rows");

    @TempDir
    Path directory;

    private Path job = Path.of("");

    @BeforeEach
    void writeJob() throws Exception {
        Path input = directory.resolve("input.parquet");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            duck.createStatement()
                    .execute("copy (select * from read_parquet('sample-data/flights.parquet') order by flight_id limit "
                            + ROWS + ") to '" + input + "' (format parquet)");
        }
        job = Files.writeString(directory.resolve("stop.yaml"), """
                job: stop
                source: {parquet: {path: '%s'}}
                key: [flight_id]
                model: '%s'
                output: {keep: [origin], table: stop, parquet: '%s'}
                aggregates:
                  - name: by_origin
                    group_by: [origin]
                    measures: {flights: {count: "*"}, mean: {mean: delay_probability}}
                compute: {threads: 2, batch_rows: 64, chunk_rows: 64}
                """.formatted(
                input, Path.of("sample-data/models/flight-delay").toAbsolutePath(), directory.resolve("files")));
    }

    private NightshiftProcess start(Path home) {
        // As on a terminal: progress is shown five times a second.
        return NightshiftProcess.start(
                home,
                List.of("-Dnightshift.interactive=true"),
                "run",
                job.toString(),
                "--set",
                "output.parquet=" + files(home));
    }

    private static Path files(Path home) {
        return home.resolveSibling(home.getFileName() + "-files");
    }

    private static void awaitScoring(NightshiftProcess process) {
        while (process.isAlive() && !ROWS_DONE.matcher(process.errorsSoFar()).find()) {
            Thread.onSpinWait();
        }
    }

    private static JsonNode newest(Path home) throws InterruptedException {
        return NightshiftProcess.run(home, "--output", "json", "runs")
                .json()
                .get("runs")
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalStopsTheRunAfterItsChunksAndARestartCompletesIt(String signal) throws Exception {
        NightshiftProcess.assumeHeard(signal);
        Path home = directory.resolve("stopped");
        NightshiftProcess process = start(home);
        awaitScoring(process);
        process.signal(signal);
        if (process.isAlive()) {
            // An impatient service manager changes nothing.
            process.signal(signal);
        }
        NightshiftProcess.Result stopped = process.await();
        assertThat(stopped.exit()).as(stopped.out() + stopped.err()).isEqualTo(4);
        JsonNode run = newest(home);
        String id = run.get("run").asString();
        assertThat(stopped.out()).contains("state   STOPPED", "next    nightshift restart " + id);
        assertThat(stopped.out() + stopped.err()).doesNotContain("\tat ");
        assertThat(run.get("state").asString()).isEqualTo("STOPPED");
        assertThat(run.get("published").asBoolean()).isFalse();
        assertThat(run.get("rows").get("read").asInt()).isBetween(1, ROWS - 1);
        assertThat(files(home).resolve("manifest.json")).doesNotExist();

        NightshiftProcess.Result restarted = NightshiftProcess.run(home, "--output", "json", "restart", id);
        assertThat(restarted.exit()).as(restarted.err()).isZero();
        assertThat(restarted.json().get("attempt").asInt()).isEqualTo(2);
        assertThat(restarted.json().get("rows").get("predicted").asInt()).isEqualTo(ROWS);
        Path whole = directory.resolve("whole");
        NightshiftProcess.Result uninterrupted = start(whole).await();
        assertThat(uninterrupted.exit()).as(uninterrupted.err()).isZero();
        assertThat(ResultDigest.of(home, files(home), "stop")).isEqualTo(ResultDigest.of(whole, files(whole), "stop"));
    }

    @Test
    void aSecondCommandWhileARunWorksIsToldByWhomTheHomeIsHeld() throws Exception {
        Path home = directory.resolve("held");
        NightshiftProcess process = start(home);
        awaitScoring(process);
        NightshiftProcess.Result second = NightshiftProcess.run(home, "--output", "json", "runs");
        process.signal("TERM");
        assertThat(second.exit()).isEqualTo(5);
        assertThat(second.err()).contains("ALREADY_RUNNING", "running `nightshift run " + job + "`", "(process ");
        assertThat(process.await().exit()).isEqualTo(4);
    }
}
