package io.nightshift.bench;

import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.ComputeDefinition;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.read.ParquetDataSet;
import io.nightshift.read.Partition;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.registry.ModelFolder;
import io.nightshift.run.RunControl;
import io.nightshift.run.RunLauncher;
import io.nightshift.score.DeviceChoice;
import io.nightshift.score.EngineBaseline;
import io.nightshift.storage.Storages;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;

/**
 * Times a whole job and its engine alone in one process, after warm-up, on the same rows with the same number of threads.
 * The two take turns and each turn gives a ratio of its own, so that a machine whose speed drifts slows both; of everything
 * the median counts.
 */
public final class JobBenchmark {

    private static final int BASELINE_ROWS = 262_144;
    private static final int[] BATCH_ROWS = {512, 1024, 2048, 4096, 8192};
    private static final long CHOOSING_NANOS = 1_000_000_000L;
    private static final long MEASURING_NANOS = 1_500_000_000L;
    /** The share of the time in which the JVM's compiler may be busy without being felt. */
    private static final double QUIET = 0.02;

    /** How many runs in a row the compiler is watched: it is quiet in between, too. */
    private static final int WATCHED = 5;

    private static final int MOST_WARMUPS = 5;

    private final RunLauncher launcher;
    private final RunDetails details;

    public JobBenchmark(RunLauncher launcher, RunDetails details) {
        this.launcher = launcher;
        this.details = details;
    }

    /**
     * How to measure.
     *
     * @param warmups runs that do not count; up to five times as many while the JVM still compiles
     * @param runs runs that count
     */
    public record Settings(int threads, int warmups, int runs) {}

    /**
     * What was measured.
     *
     * @param warmups how many runs did not count
     * @param compilerShare of the time of the last runs that did not count, in which the JVM's compiler was busy
     * @param engineBatchRows the batch size at which the engine alone is fastest
     * @param ratio job over engine, the median of the turns
     * @param lowestRatio of a turn
     * @param highestRatio of a turn
     * @param metrics of the run with the median time
     */
    public record Result(
            Settings settings,
            int warmups,
            double compilerShare,
            int engineBatchRows,
            double engineRowsPerSecond,
            double jobRowsPerSecond,
            double ratio,
            double lowestRatio,
            double highestRatio,
            Map<String, Double> metrics) {}

    private record Turn(double engine, double job, Map<String, Double> metrics) {

        double ratio() {
            return job / engine;
        }
    }

    /**
     * What to measure.
     *
     * @param input a job whose source is the Parquet data set with the rows, for the engine alone
     * @param job over the same rows, by the number of the run and its date, so that each run writes to its own place
     * @param afterwards what to do after each run, by its number, in nobody's time
     */
    public record Subject(
            JobDefinition input, BiFunction<Integer, LocalDateTime, JobDefinition> job, IntConsumer afterwards) {}

    /** Writes a job's input, repeated, into a folder. */
    public static void repeatInput(JobDefinition job, Path folder, long rows) {
        try (Storages storages = Storages.defaults()) {
            new RepeatedInput(storages, folder, rows).write(job);
        }
    }

    /** Measures. @throws NightshiftException USAGE where there are too few rows to keep the threads busy */
    public Result measure(Subject subject, Settings settings) {
        LocalDateTime start = LocalDateTime.of(2001, 1, 1, 0, 0);
        EngineBaseline engine = engine(subject.input());
        requireRows(engine.rows(), settings.threads());
        // A job runs first: the engine library allows one environment, which the job's way of loading sets up.
        Warmup warmup = warmUp(subject, settings.warmups(), start);
        int warmups = warmup.runs();
        int batchRows = fastest(engine, settings.threads());
        List<Turn> turns = new ArrayList<>();
        for (int run = warmups; run < warmups + settings.runs(); run++) {
            double before = engine.rowsPerSecond(settings.threads(), batchRows, MEASURING_NANOS / 2);
            Map<String, Double> metrics = run(subject, run, start.plusSeconds(run));
            double after = engine.rowsPerSecond(settings.threads(), batchRows, MEASURING_NANOS / 2);
            turns.add(new Turn((before + after) / 2, metrics.getOrDefault("rows_per_second", 0.0), metrics));
        }
        return new Result(
                settings,
                warmups,
                warmup.compilerShare(),
                batchRows,
                sorted(turns, Turn::engine).get(turns.size() / 2).engine(),
                sorted(turns, Turn::job).get(turns.size() / 2).job(),
                sorted(turns, Turn::ratio).get(turns.size() / 2).ratio(),
                sorted(turns, Turn::ratio).get(0).ratio(),
                sorted(turns, Turn::ratio).get(turns.size() - 1).ratio(),
                sorted(turns, Turn::job).get(turns.size() / 2).metrics());
    }

    private record Warmup(int runs, double compilerShare) {}

    private record Compiled(double seconds, double compiling) {}

    /** Runs until the JVM hardly compiles any more. */
    private Warmup warmUp(Subject subject, int least, LocalDateTime start) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        Deque<Compiled> last = new ArrayDeque<>();
        int run = 0;
        while (run < least || share(last) > QUIET && run < least * MOST_WARMUPS) {
            long before = compiler.getTotalCompilationTime();
            double seconds = run(subject, run, start.plusSeconds(run)).getOrDefault("seconds", 0.0);
            last.addLast(new Compiled(seconds, (compiler.getTotalCompilationTime() - before) / 1e3));
            if (last.size() > WATCHED) {
                last.removeFirst();
            }
            run++;
        }
        return new Warmup(run, share(last));
    }

    private static double share(Deque<Compiled> runs) {
        return runs.stream().mapToDouble(Compiled::compiling).sum()
                / runs.stream().mapToDouble(Compiled::seconds).sum();
    }

    private static List<Turn> sorted(List<Turn> turns, ToDoubleFunction<Turn> by) {
        return turns.stream().sorted(Comparator.comparingDouble(by)).toList();
    }

    private static void requireRows(int rows, int threads) {
        long least = (long) BATCH_ROWS[0] * threads;
        if (rows < least) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "the input has " + rows + " rows, and to measure the engine alone " + threads + " threads take "
                            + least + " or more; give --rows or fewer --threads. Nothing was measured");
        }
    }

    private static int fastest(EngineBaseline engine, int threads) {
        int fastest = 0;
        double best = 0;
        for (int rows : BATCH_ROWS) {
            if ((long) rows * threads > engine.rows()) {
                break;
            }
            double rate = engine.rowsPerSecond(threads, rows, CHOOSING_NANOS);
            if (rate > best) {
                best = rate;
                fastest = rows;
            }
        }
        return fastest;
    }

    private Map<String, Double> run(Subject subject, int number, LocalDateTime date) {
        JobDefinition job = subject.job().apply(number, date);
        RunRecord run = launcher.launch(job, date, Map.of(), "bench", new RunControl());
        if (run.state() != RunState.COMPLETED) {
            throw new NightshiftException(
                    FailureCode.DEFECT, "a benchmark run ended " + run.state() + ": " + run.failure());
        }
        Map<String, Double> metrics = details.metrics(run.id(), run.attempt());
        subject.afterwards().accept(number);
        return metrics;
    }

    private static EngineBaseline engine(JobDefinition job) {
        ModelFolder folder = ModelFolder.open(job.model(), Path.of(""));
        try (Storages storages = Storages.defaults()) {
            ParquetDataSet source = ParquetDataSet.open(
                    storages,
                    job.source().parquet(),
                    List.copyOf(folder.signature().inputColumns()),
                    ParquetLimits.defaults());
            ComputeDefinition.Device device = job.compute().device();
            EngineBaseline baseline = new EngineBaseline(
                    folder,
                    DeviceChoice.of(device.kind().name(), device.index()),
                    source.schema(),
                    1024,
                    BASELINE_ROWS);
            Plan plan = source.plan(1024, 1024, 1);
            RecordBatch batch = new RecordBatch(source.schema(), 1024);
            boolean room = true;
            for (Partition partition : plan.partitions()) {
                try (PartitionReader reader = source.open(plan, partition, 0)) {
                    while (room && reader.next(batch)) {
                        room = baseline.add(batch);
                    }
                }
            }
            return baseline;
        }
    }
}
