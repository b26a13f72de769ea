package io.nightshift.bench;

import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
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
import io.nightshift.score.EngineBaseline;
import io.nightshift.storage.Storages;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Times a whole job and its engine alone in one process, after warm-up, on the same rows with the same number of threads. The
 * engine is taken at its best batch size; of the job's runs the median counts.
 */
public final class JobBenchmark {

    private static final int BASELINE_ROWS = 262_144;
    private static final int[] BATCH_ROWS = {512, 1024, 4096, 8192};
    private static final long BASELINE_NANOS = 1_500_000_000L;

    private final RunLauncher launcher;
    private final RunDetails details;

    public JobBenchmark(RunLauncher launcher, RunDetails details) {
        this.launcher = launcher;
        this.details = details;
    }

    /**
     * How to measure.
     *
     * @param rows of the repeated input
     * @param warmups runs that do not count
     * @param runs runs that count
     */
    public record Settings(long rows, int threads, int warmups, int runs) {}

    /**
     * What was measured.
     *
     * @param ratio job over engine
     * @param phases worker seconds of the median run
     */
    public record Result(
            long rows,
            int threads,
            double engineRowsPerSecond,
            double jobRowsPerSecond,
            double ratio,
            Map<String, Double> metrics,
            int warmupRuns,
            int runs) {}

    /** Writes a job's input, repeated, into a folder. */
    public static void repeatInput(JobDefinition job, Path folder, long rows) {
        try (Storages storages = Storages.defaults()) {
            new RepeatedInput(storages, folder, rows).write(job);
        }
    }

    /**
     * Measures.
     *
     * @param job over the repeated input, by the number of the run, so that each run writes to its own place
     */
    public Result measure(BiFunction<Integer, LocalDateTime, JobDefinition> job, Settings settings) {
        LocalDateTime start = LocalDateTime.of(2001, 1, 1, 0, 0);
        List<Map<String, Double>> measured = new ArrayList<>();
        for (int run = 0; run < settings.warmups() + settings.runs(); run++) {
            LocalDateTime date = start.plusSeconds(run);
            Map<String, Double> metrics = run(job.apply(run, date), date);
            if (run >= settings.warmups()) {
                measured.add(metrics);
            }
        }
        // After the runs: the engine library allows one environment, which the job's way of loading sets up.
        double engine = engine(job.apply(0, start), settings.threads());
        measured.sort(Comparator.comparingDouble(metrics -> metrics.getOrDefault("seconds", 0.0)));
        Map<String, Double> median = measured.get(measured.size() / 2);
        double rate = median.getOrDefault("rows_per_second", 0.0);
        return new Result(
                settings.rows(),
                settings.threads(),
                engine,
                rate,
                rate / engine,
                median,
                settings.warmups(),
                settings.runs());
    }

    private Map<String, Double> run(JobDefinition job, LocalDateTime date) {
        RunRecord run = launcher.launch(job, date, Map.of(), "bench", new RunControl());
        if (run.state() != RunState.COMPLETED) {
            throw new NightshiftException(
                    FailureCode.DEFECT, "a benchmark run ended " + run.state() + ": " + run.failure());
        }
        return details.metrics(run.id(), run.attempt());
    }

    private static double engine(JobDefinition job, int threads) {
        ModelFolder folder = ModelFolder.open(job.model(), Path.of(""));
        try (Storages storages = Storages.defaults()) {
            ParquetDataSet source = ParquetDataSet.open(
                    storages,
                    job.source().parquet(),
                    List.copyOf(folder.signature().inputColumns()),
                    ParquetLimits.defaults());
            EngineBaseline baseline = new EngineBaseline(folder, source.schema(), 1024, BASELINE_ROWS);
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
            double best = 0;
            for (int rows : BATCH_ROWS) {
                best = Math.max(best, baseline.rowsPerSecond(threads, rows, BASELINE_NANOS));
            }
            return best;
        }
    }
}
