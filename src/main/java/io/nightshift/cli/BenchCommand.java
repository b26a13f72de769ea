package io.nightshift.cli;

import io.nightshift.bench.InputTable;
import io.nightshift.bench.JobBenchmark;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.ScratchSchema;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.run.RunDocument;
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

    /** Where rows come from. */
    enum Origin {
        PARQUET,
        POSTGRESQL
    }

    /** Where results go. */
    enum Destination {
        PARQUET,
        H2,
        POSTGRESQL
    }

    private static final String SCHEMA_PREFIX = "nightshift_bench_";

    private static final LocalDateTime FIRST_DATE = LocalDateTime.of(2001, 1, 1, 0, 0);

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "JOB|FILE", description = "Default: ${DEFAULT-VALUE}.")
    private String job = "flight-delay";

    @Option(names = "--model", paramLabel = "DIR", description = "A model in place of the job's.")
    private @Nullable String model;

    @Option(
            names = "--rows",
            description = "Rows of the repeated input, or 0 for the job's input as it is. Default: ${DEFAULT-VALUE}.")
    private long rows = 3_000_000;

    @Option(names = "--threads", description = "Batches scored at once. Default: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the job, as for `run`; for instance compute.batch_rows=4096.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--from",
            description = "parquet (default), or postgresql: a table with the job's rows, which are in Parquet files.")
    private Origin from = Origin.PARQUET;

    @Option(names = "--to", description = "parquet (default), h2 or postgresql.")
    private Destination to = Destination.PARQUET;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description =
                    "The PostgreSQL database of the configuration for --from and --to, in which a schema is made and"
                            + " dropped at the end. Default: that of `results`.")
    private @Nullable String database;

    @Option(
            names = "--warmups",
            description = "Runs that do not count; up to five times as many while the JVM still compiles."
                    + " Default: ${DEFAULT-VALUE}.")
    private int warmups = 20;

    @Option(names = "--runs", description = "Runs of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int runs = 7;

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        JobFile file = JobFiles.find(JobFiles.FOLDER, job);
        requireCounts();
        requireOrigin(file);
        Path place = Files.createTempDirectory("nightshift-bench");
        try (ScratchSchema schema = schema()) {
            print(measure(file, place, schema));
            return ExitCode.COMPLETED.number();
        } finally {
            try (Storages storages = Storages.defaults()) {
                storages.of(place.toString()).deleteRecursively(place.toString());
            }
        }
    }

    private JobBenchmark.Result measure(JobFile file, Path place, @Nullable ScratchSchema schema) {
        // Where results go to is up to --to, and what runs on the way is no run of the user's.
        DatabaseConfiguration configuration =
                schema == null ? DatabaseConfiguration.NONE : schema.configuration(to == Destination.POSTGRESQL);
        try (OpenHome home = OpenHome.open(session, configuration, place.resolve("home"), "bench")) {
            if (rows > 0) {
                JobBenchmark.repeatInput(file.resolve(launch(FIRST_DATE, settings)), place.resolve("in"), rows);
            }
            JobDefinition input = definition(file, place, 0, FIRST_DATE);
            JobDefinition.SourceDefinition source =
                    schema == null || from == Origin.PARQUET ? input.source() : InputTable.load(input, schema);
            return new JobBenchmark(home.launcher(), home.details())
                    .measure(
                            new JobBenchmark.Subject(
                                    input,
                                    (number, date) -> definition(file, place, number, date)
                                            .reading(source),
                                    number -> drop(number, schema)),
                            new JobBenchmark.Settings(threads, warmups, runs));
        }
    }

    /** A run's results, which nobody reads any more, so that the runs do not fill the disk together. */
    private void drop(int number, @Nullable ScratchSchema schema) {
        if (schema != null && to == Destination.POSTGRESQL) {
            schema.dropFamily(table(number));
        }
    }

    private static String table(int number) {
        return "bench_" + number;
    }

    private @Nullable ScratchSchema schema() {
        if (from != Origin.POSTGRESQL && to != Destination.POSTGRESQL) {
            return null;
        }
        DatabaseConfiguration configuration = session.configuration().databases();
        String name = database == null ? configuration.results() : database;
        if (name == null) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "--from postgresql and --to postgresql need a database: name one of the configuration's with"
                            + " --database, or as its `results`; nothing was started");
        }
        return ScratchSchema.create(configuration, session.environment(), name, SCHEMA_PREFIX);
    }

    private void requireCounts() {
        if (warmups < 1 || runs < 1 || rows < 0 || threads < 1) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "--warmups, --runs and --threads are numbers from 1, --rows is one from 0; given were " + warmups
                            + ", " + runs + ", " + threads + " and " + rows + ". Nothing was started");
        }
    }

    private void requireOrigin(JobFile file) {
        JobDefinition job = file.resolve(launch(FIRST_DATE, settings));
        if (!(job.source() instanceof JobDefinition.ParquetSource source)) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "bench measures jobs that read Parquet files, and the source of job '" + this.job
                            + "' is a table; nothing was started");
        }
        if (to == Destination.PARQUET && !job.mergeKey().isEmpty()) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "the mode of job '" + this.job
                            + "' is upsert, which merges into a table and not into files; give --to h2"
                            + " or --to postgresql. Nothing was started");
        }
        if (from == Origin.POSTGRESQL && !source.where().isEmpty()) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "--from postgresql measures jobs that read all rows, and job '" + this.job
                            + "' has conditions in source.parquet.where, which a table does not take; nothing was started");
        }
    }

    private JobFile.Launch launch(LocalDateTime date, Map<String, String> settings) {
        return new JobFile.Launch(Map.of(), date, settings, model);
    }

    private JobDefinition definition(JobFile file, Path place, int number, LocalDateTime date) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        if (rows > 0) {
            all.put("source.parquet.path", place.resolve("in").toString());
        }
        all.put("compute.threads", Integer.toString(threads));
        boolean files = to == Destination.PARQUET;
        all.put("output.parquet", files ? place.resolve("out-" + number).toString() : "");
        all.put("output.table", files ? "" : table(number));
        return file.resolve(launch(date, all));
    }

    private void print(JobBenchmark.Result result) {
        Map<String, Double> metrics = result.metrics();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rows", metrics.getOrDefault("rows_scored", 0.0).longValue());
        document.put("threads", result.settings().threads());
        document.put("engine_rows_per_second", result.engineRowsPerSecond());
        document.put("engine_batch_rows", result.engineBatchRows());
        document.put("job_rows_per_second", result.jobRowsPerSecond());
        document.put("ratio", result.ratio());
        document.put("ratio_lowest", result.lowestRatio());
        document.put("ratio_highest", result.highestRatio());
        document.put("seconds", metrics.getOrDefault("seconds", 0.0));
        document.put("phases", RunDocument.phases(metrics));
        document.put(
                "peak_resident_bytes",
                metrics.getOrDefault("peak_resident_bytes", 0.0).longValue());
        document.put("warmup_runs", result.warmups());
        document.put("warmup_compiler_share", result.compilerShare());
        document.put("runs", result.settings().runs());
        if (session.json()) {
            session.terminal().printJson(document);
        } else {
            document.forEach(
                    (name, value) -> session.terminal().print(String.format(Locale.ROOT, "%-24s %s", name, value)));
        }
    }
}
