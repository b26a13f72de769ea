package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * One home with one run that is started, interrupted and restarted until it completes. What is to be interrupted is a process of its
 * own; who looks after it, and completes the run, is this process, which is warm.
 */
final class CrashTrial {

    private static final int MOST_TRIES = 100;
    /** Promised is that a dead owner's run is recovered within a minute. */
    private static final long RECOVERED_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long AT_WORK_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

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

    private final Path place;
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
        this.place = Files.createDirectories(directory.resolve(name));
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

    /** Runs a command in this process, with JSON as its output. */
    CommandRun ask(String... command) {
        Map<String, String> environment = new HashMap<>(Map.of("NIGHTSHIFT_HOME", home.toString()));
        if (configuration != null) {
            environment.put("NIGHTSHIFT_CONFIG", configuration.toString());
        }
        List<String> arguments = new ArrayList<>(List.of("--output", "json"));
        arguments.addAll(List.of(command));
        return CommandRun.of(Clock.systemUTC(), environment, arguments.toArray(String[]::new));
    }

    /** Launches the run, or restarts it where there is one; null where it is complete already. */
    @Nullable
    NightshiftProcess start(List<String> jvmOptions) {
        JsonNode run = settledRun();
        if (run == null) {
            return launch(jvmOptions);
        }
        return isComplete(run) ? null : command(jvmOptions, "restart", id(run));
    }

    /** Waits until an attempt is at work that was not when the process was started; returns at once where the process ends. */
    void awaitAttempt(NightshiftProcess process, long logged) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + AT_WORK_NANOS;
        while (process.isAlive() && logged() == logged) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "no attempt is at work: " + process.killAfter(0).err());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** How much attempts have said so far in the logs of runs. */
    long logged() throws IOException {
        if (!Files.exists(home.resolve("logs"))) {
            return 0;
        }
        try (Stream<Path> logs = Files.list(home.resolve("logs"))) {
            return logs.mapToLong(log -> log.toFile().length()).sum();
        }
    }

    /** Launches the run, or restarts it, until it is complete. */
    void runToEnd() {
        for (int i = 0; i < MOST_TRIES; i++) {
            JsonNode run = settledRun();
            if (run != null && isComplete(run)) {
                return;
            }
            CommandRun attempt = run == null ? ask("run", job.toString()) : ask("restart", id(run));
            assertThat(attempt.exitCode()).as(attempt.out() + attempt.err()).isZero();
        }
        throw new AssertionError("not complete after " + MOST_TRIES + " restarts");
    }

    /** The run once no process holds it any more, by what `runs` says; null where there is none. */
    @Nullable
    JsonNode settledRun() {
        long deadline = System.nanoTime() + RECOVERED_NANOS;
        while (true) {
            JsonNode run = newestRun();
            if (run == null
                    || !List.of("QUEUED", "RUNNING", "STOPPING")
                            .contains(run.get("state").asString())) {
                return run;
            }
            assertThat(System.nanoTime()).as("%s is still active", run).isLessThan(deadline);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Nullable
    JsonNode newestRun() {
        CommandRun listed = ask("runs");
        assertThat(listed.exitCode()).as(listed.err()).isZero();
        JsonNode runs = listed.outJson().get("runs");
        return runs.isEmpty() ? null : runs.get(0);
    }

    private static boolean isComplete(JsonNode run) {
        return "COMPLETED".equals(run.get("state").asString());
    }

    private static String id(JsonNode run) {
        return run.get("run").asString();
    }

    Path home() {
        return home;
    }

    /** Removes home and files, of which many trials would leave gigabytes. */
    void remove() throws IOException {
        FileSystemUtils.deleteRecursively(place);
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
    private void awaitManifest(@Nullable Path written) {
        long deadline = System.nanoTime() + RECOVERED_NANOS;
        while (written != null && !Files.exists(written.resolve("manifest.json"))) {
            assertThat(System.nanoTime()).as("the manifest is where it was").isLessThan(deadline);
            newestRun();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
