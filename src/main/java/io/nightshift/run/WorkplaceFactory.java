package io.nightshift.run;

import io.nightshift.aggregate.Aggregation;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.ComputeDefinition;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.ledger.RunId;
import io.nightshift.read.DataSet;
import io.nightshift.read.DataSetOpener;
import io.nightshift.registry.Feature;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelSignature;
import io.nightshift.score.DeviceChoice;
import io.nightshift.score.LoadedModel;
import io.nightshift.score.ThreadPlan;
import io.nightshift.storage.Storages;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultSchemas;
import io.nightshift.write.ResultTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Opens what a job names and checks that it fits together, before the first row. */
final class WorkplaceFactory {

    private final Storages storages;
    private final DataSetOpener sources;
    private final Connections connections;

    WorkplaceFactory(Storages storages, DataSetOpener sources, Connections connections) {
        this.storages = storages;
        this.sources = sources;
        this.connections = connections;
    }

    /** @throws io.nightshift.failure.NightshiftException for whatever is missing, damaged or does not fit */
    Workplace open(RunId run, JobDefinition job) {
        CompletableFuture<String> gitCommit = CompletableFuture.supplyAsync(Snapshot::gitCommit);
        ResultFiles files = files(run, job);
        ModelFolder folder = ModelFolder.open(job.model(), Path.of(""));
        ThreadPlan allowed = connections.allow(
                job, ThreadPlan.of(job.compute().threads(), Runtime.getRuntime().availableProcessors()));
        DataSet dataSet = dataSet(job, folder);
        try {
            Schema outputs = folder.outputSchema();
            Aggregation aggregation = Aggregation.compile(job.aggregates(), dataSet.schema(), outputs);
            ResultSchemas schemas = ResultSchemas.of(job, dataSet.schema(), outputs);
            ThreadPlan threads = fitting(job, allowed, dataSet, schemas);
            dataSet.expectReaders(threads.workers());
            ComputeDefinition.Device device = job.compute().device();
            LoadedModel model =
                    LoadedModel.load(folder, DeviceChoice.of(device.kind().name(), device.index()), threads);
            return new Workplace(
                    dataSet,
                    folder,
                    model,
                    aggregation,
                    schemas,
                    tables(run, job, schemas, aggregation),
                    files,
                    threads,
                    gitCommit);
        } catch (RuntimeException e) {
            dataSet.close();
            throw e;
        }
    }

    private static ThreadPlan fitting(JobDefinition job, ThreadPlan allowed, DataSet dataSet, ResultSchemas schemas) {
        WorkerMemory memory = WorkerMemory.of(
                job.compute(),
                dataSet.schema(),
                schemas.predictions(),
                dataSet.readerBytes(),
                job.output().parquet() == null ? 0 : dataSet.largestPartition());
        return allowed.atMost(memory.workers(
                job.compute(),
                allowed.scorers(),
                allowed.workers(),
                Runtime.getRuntime().maxMemory()));
    }

    private DataSet dataSet(JobDefinition job, ModelFolder folder) {
        try {
            return sources.open(job, neededColumns(job, folder));
        } catch (NightshiftException e) {
            String message = String.valueOf(e.getMessage());
            List<String> outputs = folder.outputSchema().names();
            for (String column : aggregatedColumns(job)) {
                if (e.code() == FailureCode.SCHEMA_MISMATCH && message.contains("no column '" + column + "'")) {
                    throw new NightshiftException(
                            e.code(),
                            message + "\nan aggregate uses '" + column + "'; the model's outputs are " + outputs
                                    + Suggestion.suffix(column, outputs),
                            e.where(),
                            e);
                }
            }
            throw e;
        }
    }

    private @org.jspecify.annotations.Nullable ResultFiles files(RunId run, JobDefinition job) {
        ResultFiles files = ResultFiles.of(storages, job.output().parquet(), run.toString());
        if (files != null && job.source() instanceof ParquetSource source) {
            files.requireApartFrom(source.path());
        }
        return files;
    }

    private static @org.jspecify.annotations.Nullable ResultTables tables(
            RunId run, JobDefinition job, ResultSchemas schemas, Aggregation aggregation) {
        String table = job.output().table();
        if (table == null) {
            return null;
        }
        Map<String, Schema> aggregates = new LinkedHashMap<>();
        aggregation.names().forEach(name -> aggregates.put(name, aggregation.schema(name)));
        return new ResultTables(table, job.mergeKey(), schemas, aggregates, run.value());
    }

    private static List<String> neededColumns(JobDefinition job, ModelFolder folder) {
        Set<String> columns = new LinkedHashSet<>(job.key());
        columns.addAll(job.output().keep());
        for (ModelSignature.Input input : folder.signature().inputs()) {
            input.features().stream().map(Feature::column).forEach(columns::add);
        }
        Set<String> outputs = new LinkedHashSet<>(folder.outputSchema().names());
        aggregatedColumns(job).stream().filter(name -> !outputs.contains(name)).forEach(columns::add);
        return List.copyOf(columns);
    }

    private static List<String> aggregatedColumns(JobDefinition job) {
        List<String> used = new ArrayList<>();
        for (AggregateDefinition aggregate : job.aggregates()) {
            used.addAll(aggregate.groupBy());
            aggregate.measures().stream()
                    .map(AggregateDefinition.Measure::column)
                    .filter(java.util.Objects::nonNull)
                    .forEach(used::add);
        }
        return used;
    }
}
