package io.nightshift.cli;

import io.nightshift.bench.JobBenchmark;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a job against its engine alone. */
@Command(
        name = "bench",
        description = "Measure a job on its input repeated, against the engine alone, in a home of its own.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

    /** Where results go. */
    enum Destination {
        PARQUET,
        H2
    }

    private static final String PHASE = "phase_";

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "JOB|FILE", description = "Default: ${DEFAULT-VALUE}.")
    private String job = "flight-delay";

    @Option(names = "--model", paramLabel = "DIR", description = "A model in place of the job's.")
    private @Nullable String model;

    @Option(names = "--rows", description = "Rows of the repeated input. Default: ${DEFAULT-VALUE}.")
    private long rows = 3_000_000;

    @Option(names = "--threads", description = "Workers. Default: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--to", description = "parquet (default) or h2.")
    private Destination to = Destination.PARQUET;

    @Option(names = "--warmups", description = "Runs that do not count. Default: ${DEFAULT-VALUE}.")
    private int warmups = 2;

    @Option(names = "--runs", description = "Runs of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int runs = 3;

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        JobFile file = JobFiles.find(Path.of("jobs"), job);
        Path place = Files.createTempDirectory("nightshift-bench");
        try (OpenHome home = OpenHome.open(session, place.resolve("home"), "bench")) {
            JobBenchmark.repeatInput(
                    file.resolve(launch(LocalDateTime.of(2001, 1, 1, 0, 0), Map.of())), place.resolve("in"), rows);
            JobBenchmark.Result result = new JobBenchmark(home.launcher(), home.details())
                    .measure(
                            (number, date) -> definition(file, place, number, date),
                            new JobBenchmark.Settings(rows, threads, warmups, runs));
            print(result);
            return ExitCode.COMPLETED.number();
        } finally {
            try (Storages storages = Storages.defaults()) {
                storages.of(place.toString()).deleteRecursively(place.toString());
            }
        }
    }

    private JobFile.Launch launch(LocalDateTime date, Map<String, String> settings) {
        return new JobFile.Launch(Map.of(), date, settings, model);
    }

    private JobDefinition definition(JobFile file, Path place, int number, LocalDateTime date) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("source.parquet.path", place.resolve("in").toString());
        settings.put("compute.threads", Integer.toString(threads));
        boolean files = to == Destination.PARQUET;
        settings.put("output.parquet", files ? place.resolve("out-" + number).toString() : "");
        settings.put("output.table", files ? "" : "bench_" + number);
        return file.resolve(launch(date, settings));
    }

    private void print(JobBenchmark.Result result) {
        Map<String, Object> phases = new LinkedHashMap<>();
        result.metrics().forEach((name, value) -> {
            if (name.startsWith(PHASE)) {
                phases.put(name.substring(PHASE.length()).replace("_seconds", ""), value);
            }
        });
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rows", result.rows());
        document.put("threads", result.threads());
        document.put("engine_rows_per_second", result.engineRowsPerSecond());
        document.put("job_rows_per_second", result.jobRowsPerSecond());
        document.put("ratio", result.ratio());
        document.put("seconds", result.metrics().getOrDefault("seconds", 0.0));
        document.put("phases", phases);
        document.put(
                "peak_resident_bytes",
                result.metrics().getOrDefault("peak_resident_bytes", 0.0).longValue());
        document.put("warmup_runs", result.warmupRuns());
        document.put("runs", result.runs());
        if (session.json()) {
            session.terminal().printJson(document);
        } else {
            document.forEach(
                    (name, value) -> session.terminal().print(String.format(Locale.ROOT, "%-24s %s", name, value)));
        }
    }
}
