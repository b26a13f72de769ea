package io.nightshift.bench;

import io.nightshift.aggregate.AggregateState;
import io.nightshift.aggregate.Aggregation;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.ScoredBatch;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.read.ParquetDataSet;
import io.nightshift.read.Partition;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.registry.ModelFolder;
import io.nightshift.score.BatchScorer;
import io.nightshift.score.DeviceChoice;
import io.nightshift.score.LoadedModel;
import io.nightshift.score.ScoringSlot;
import io.nightshift.score.ThreadPlan;
import io.nightshift.storage.Storages;
import io.nightshift.write.PartitionFiles;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What each part of the data path costs for a row of the sample job, alone and on one thread: nanoseconds a row. The sum is
 * what a worker spends on a row; what a job takes beyond it is bookkeeping, waiting and the machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class DataPathBenchmark {

    /** Rows of the sample data set. */
    private static final int ROWS = 200_000;

    private static final int BATCH_ROWS = 2048;

    private Storages storages;
    private Path folder;
    private ParquetDataSet dataSet;
    private Plan plan;
    private LoadedModel model;
    private BatchScorer scorer;
    private Aggregation aggregation;
    private ResultSchemas schemas;
    private final List<RecordBatch> batches = new ArrayList<>();
    private final List<ScoredBatch> scored = new ArrayList<>();
    private ScoringSlot slot;
    private int written;

    @Setup(Level.Trial)
    public void open() throws IOException {
        JobFile file = JobFiles.find(Path.of("jobs"), "flight-delay");
        JobDefinition job =
                file.resolve(new JobFile.Launch(Map.of(), LocalDateTime.of(2001, 1, 1, 0, 0), Map.of(), null));
        storages = Storages.defaults();
        folder = Files.createTempDirectory("nightshift-jmh");
        ModelFolder files = ModelFolder.open(job.model(), Path.of(""));
        List<String> columns = new ArrayList<>(job.key());
        columns.addAll(job.output().keep());
        columns.addAll(files.signature().inputColumns());
        dataSet = ParquetDataSet.open(storages, job.source().parquet(), columns, ParquetLimits.defaults());
        plan = dataSet.plan(BATCH_ROWS, BATCH_ROWS, 1);
        model = LoadedModel.load(files, DeviceChoice.cpu(), ThreadPlan.of(1, 1));
        scorer = model.newScorer(dataSet.schema(), job.key(), BATCH_ROWS);
        slot = scorer.newSlot();
        aggregation = Aggregation.compile(job.aggregates(), dataSet.schema(), model.outputSchema());
        schemas = ResultSchemas.of(job, dataSet.schema(), model.outputSchema());
        for (Partition partition : plan.partitions()) {
            try (PartitionReader reader = dataSet.open(plan, partition, 0)) {
                RecordBatch batch = new RecordBatch(dataSet.schema(), BATCH_ROWS);
                while (reader.next(batch)) {
                    batches.add(batch);
                    scored.add(scorer.score(batch, partition.number(), scorer.newSlot()));
                    batch = new RecordBatch(dataSet.schema(), BATCH_ROWS);
                }
            }
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        scorer.close();
        model.close();
        storages.of(folder.toString()).deleteRecursively(folder.toString());
        storages.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long read() {
        RecordBatch batch = new RecordBatch(dataSet.schema(), BATCH_ROWS);
        long rows = 0;
        for (Partition partition : plan.partitions()) {
            try (PartitionReader reader = dataSet.open(plan, partition, 0)) {
                while (reader.next(batch)) {
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }

    /** Features and engine. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long score() {
        long rows = 0;
        for (RecordBatch batch : batches) {
            rows += scorer.score(batch, 0, slot).predicted();
        }
        return rows;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Object aggregate() {
        AggregateState state = aggregation.newState();
        scored.forEach(state::add);
        return state;
    }

    /** One file of all rows: encoded, compressed, hashed, forced to the disk and checked. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Object write() {
        ResultFiles files = new ResultFiles(storages, folder.toString(), "run-" + written++);
        try (PartitionFiles partition = new PartitionFiles(files, schemas, 0)) {
            scored.forEach(partition::append);
            return partition.finish();
        }
    }
}
