package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One home with one run that is started, interrupted and restarted until it completes, each time by a process of its own. */
final class CrashTrial {

    private static final int MOST_TRIES = 100;

    /** Where a job under test writes. */
    enum Outputs {
        TABLE("output: {keep: [origin], table: crash}"),
        FILES("output: {keep: [origin], parquet: '%s'}"),
        BOTH("output: {keep: [origin], table: crash, parquet: '%s'}"),
        /** The current value of each key, into which a run is merged. */
        MERGED("output: {keep: [origin], table: crash, mode: upsert}");

        private final String yaml;

        Outputs(String yaml) {
            this.yaml = yaml;
        }
    }

    private final Path home;
    private final Path job;
    private final Path files;
    private final Outputs outputs;
    private final @Nullable Path configuration;
    private final @Nullable String results;

    CrashTrial(Path directory, String name, Outputs outputs) throws Exception {
        this(directory, name, outputs, null, null);
    }

    /**
     * @param configuration text of the configuration file, or null for none
     * @param results URL of the PostgreSQL database with the results, or null where they are in the home
     */
    CrashTrial(Path directory, String name, Outputs outputs, @Nullable String configuration, @Nullable String results)
            throws Exception {
        Path place = Files.createDirectories(directory.resolve(name));
        this.home = place.resolve("home");
        this.files = place.resolve("files");
        this.outputs = outputs;
        this.configuration =
                configuration == null ? null : Files.writeString(place.resolve("databases.yaml"), configuration);
        this.results = results;
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

    /** Starts a command of its own choice, with JSON as its output. */
    NightshiftProcess command(List<String> jvmOptions, String... command) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json"));
        if (configuration != null) {
            arguments.addAll(List.of("--config", configuration.toString()));
        }
        arguments.addAll(List.of(command));
        return NightshiftProcess.start(home, jvmOptions, arguments.toArray(String[]::new));
    }

    NightshiftProcess launch(List<String> jvmOptions) {
        return command(jvmOptions, "run", job.toString());
    }

    /** Launches the run, or restarts it where there is one; null where it is complete already. */
    @Nullable
    NightshiftProcess start(List<String> jvmOptions) throws InterruptedException {
        JsonNode run = settledRun();
        if (run == null) {
            return launch(jvmOptions);
        }
        return "COMPLETED".equals(run.get("state").asString())
                ? null
                : command(jvmOptions, "restart", run.get("run").asString());
    }

    void runKilledAfter(long milliseconds) throws InterruptedException {
        NightshiftProcess process = start(List.of());
        if (process != null) {
            process.killAfter(milliseconds);
        }
    }

    /** Restarts the run until it is complete. */
    void runToEnd() throws InterruptedException {
        for (int i = 0; i < MOST_TRIES; i++) {
            NightshiftProcess process = start(List.of());
            if (process == null) {
                return;
            }
            NightshiftProcess.Result result = process.await();
            assertThat(result.exit()).as(result.out() + result.err()).isZero();
        }
        throw new AssertionError("not complete after " + MOST_TRIES + " restarts");
    }

    /** The run once no process holds it any more, by what `runs` says; null where there is none. */
    @Nullable
    JsonNode settledRun() throws InterruptedException {
        for (int i = 0; i < MOST_TRIES; i++) {
            JsonNode run = newestRun();
            if (run == null
                    || !List.of("QUEUED", "RUNNING", "STOPPING")
                            .contains(run.get("state").asString())) {
                return run;
            }
        }
        throw new AssertionError("the run is active for ever");
    }

    @Nullable
    JsonNode newestRun() throws InterruptedException {
        NightshiftProcess.Result result = command(List.of(), "runs").await();
        assertThat(result.exit()).as(result.err()).isZero();
        JsonNode runs = result.json().get("runs");
        return runs.isEmpty() ? null : runs.get(0);
    }

    Path home() {
        return home;
    }

    /** What readers of a complete run see, by tables and files. */
    String digest() throws Exception {
        Path written = outputs == Outputs.TABLE || outputs == Outputs.MERGED ? null : files;
        awaitManifest(written);
        return results == null
                ? ResultDigest.of(outputs == Outputs.FILES ? null : home, written, "crash")
                : ResultDigest.ofServer(results, written, "crash");
    }

    /** For the time of a lease, a manifest is its owner's to rename, dead or not. */
    private void awaitManifest(@Nullable Path written) throws InterruptedException {
        for (int i = 0; written != null && !Files.exists(written.resolve("manifest.json")); i++) {
            assertThat(i).as("commands that left the manifest where it was").isLessThan(MOST_TRIES);
            newestRun();
        }
    }
}
