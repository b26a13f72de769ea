package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.failure.Failpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Promise 3: a run that is killed anywhere and restarted gives the same result, bit for bit, as an uninterrupted one. Each
 * run is a process of its own that dies by SIGKILL or at a failpoint; results are compared by a digest over what an
 * independent reader sees in the table and in the files.
 */
class CrashTest {

    private static final int MOST_RESTARTS = 50;

    /** Where a job under test writes. */
    enum Outputs {
        TABLE("output: {keep: [origin], table: crash}"),
        FILES("output: {keep: [origin], parquet: '%s'}"),
        BOTH("output: {keep: [origin], table: crash, parquet: '%s'}");

        private final String yaml;

        Outputs(String yaml) {
            this.yaml = yaml;
        }
    }

    @TempDir
    Path directory;

    private long seed;
    private Random random = new Random();

    @BeforeEach
    void seed() {
        seed = Long.getLong("nightshift.seed", System.nanoTime());
        random = new Random(seed);
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    void killedRunsEndWithTheSameResult(Outputs outputs) throws Exception {
        killAndCompare(outputs, 5);
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    @Tag("slow")
    void manyKilledRunsEndWithTheSameResult(Outputs outputs) throws Exception {
        killAndCompare(outputs, 200);
    }

    private void killAndCompare(Outputs outputs, int kills) throws Exception {
        System.out.println("CrashTest " + outputs + " seed " + seed);
        long begin = System.nanoTime();
        Trial expected = new Trial(directory, "expected", outputs);
        expected.runToEnd();
        long wholeMillis = (System.nanoTime() - begin) / 1_000_000;
        int done = 0;
        for (int trialNumber = 0; done < kills; trialNumber++) {
            Trial trial = new Trial(directory, "trial-" + trialNumber, outputs);
            for (int i = 0; i < 5 && done < kills; i++, done++) {
                trial.runKilledAfter(random.nextLong(wholeMillis));
            }
            trial.runToEnd();
            assertThat(trial.digest())
                    .as("seed %d, trial %d", seed, trialNumber)
                    .isEqualTo(expected.digest());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Failpoint.class, mode = EnumSource.Mode.MATCH_NONE, names = "REDRIVE_.*")
    @Tag("slow")
    void haltingAtEveryNamedPointLosesNothing(Failpoint point) throws Exception {
        Trial expected = new Trial(directory, "expected", Outputs.BOTH);
        expected.runToEnd();
        for (int passing = 1; passing <= 2; passing++) {
            Trial trial = new Trial(directory, point + "-" + passing, Outputs.BOTH);
            String armed = point.name().toLowerCase(Locale.ROOT) + ":" + passing;
            int exit = trial.step(List.of("-Dnightshift.failpoint=" + armed)).exit();
            if (passing == 1) {
                assertThat(exit).as("%s was passed", armed).isEqualTo(137);
            }
            trial.runToEnd();
            assertThat(trial.digest()).as(armed).isEqualTo(expected.digest());
        }
    }

    /** One home with one run that is started, interrupted and restarted until it completes. */
    private static final class Trial {

        private final Path home;
        private final Path job;
        private final Path files;
        private final Outputs outputs;

        Trial(Path directory, String name, Outputs outputs) throws Exception {
            Path place = Files.createDirectories(directory.resolve(name));
            this.home = place.resolve("home");
            this.files = place.resolve("files");
            this.outputs = outputs;
            this.job = Files.writeString(place.resolve("crash.yaml"), """
                    job: crash
                    source: {parquet: {path: '%s'}}
                    key: [flight_id]
                    model: '%s'
                    %s
                    aggregates:
                      - name: by_origin
                        group_by: [origin]
                        measures:
                          flights: {count: "*"}
                          mean_probability: {mean: delay_probability}
                          p95: {quantile: delay_probability, at: 0.95}
                    compute: {threads: 2, batch_rows: 512, chunk_rows: 2048}
                    """.formatted(
                            Path.of("sample-data/flights.parquet").toAbsolutePath(),
                            Path.of("sample-data/models/flight-delay").toAbsolutePath(),
                            outputs.yaml.formatted(files)));
        }

        NightshiftProcess start(List<String> jvmOptions) throws InterruptedException {
            JsonNode run = newestRun();
            return run == null
                    ? NightshiftProcess.start(home, jvmOptions, "--output", "json", "run", job.toString())
                    : NightshiftProcess.start(
                            home,
                            jvmOptions,
                            "--output",
                            "json",
                            "restart",
                            run.get("run").asString());
        }

        NightshiftProcess.Result step(List<String> jvmOptions) throws InterruptedException {
            return start(jvmOptions).await();
        }

        void runKilledAfter(long milliseconds) throws InterruptedException {
            if (!"COMPLETED".equals(state())) {
                start(List.of()).killAfter(milliseconds);
            }
        }

        void runToEnd() throws InterruptedException {
            for (int i = 0; i < MOST_RESTARTS && !"COMPLETED".equals(state()); i++) {
                NightshiftProcess.Result result = step(List.of());
                assertThat(result.exit()).as(result.out() + result.err()).isZero();
            }
            assertThat(state()).isEqualTo("COMPLETED");
        }

        private JsonNode newestRun() throws InterruptedException {
            NightshiftProcess.Result result = NightshiftProcess.run(home, "--output", "json", "runs");
            assertThat(result.exit()).as(result.err()).isZero();
            JsonNode runs = result.json().get("runs");
            return runs.isEmpty() ? null : runs.get(0);
        }

        String state() throws InterruptedException {
            JsonNode run = newestRun();
            return run == null ? "NONE" : run.get("state").asString();
        }

        String digest() throws Exception {
            return ResultDigest.of(
                    outputs == Outputs.FILES ? null : home, outputs == Outputs.TABLE ? null : files, "crash");
        }
    }
}
