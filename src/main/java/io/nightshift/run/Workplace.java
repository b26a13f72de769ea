package io.nightshift.run;

import io.nightshift.aggregate.Aggregation;
import io.nightshift.read.DataSet;
import io.nightshift.registry.ModelFolder;
import io.nightshift.score.LoadedModel;
import io.nightshift.score.ThreadPlan;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultSchemas;
import io.nightshift.write.ResultTables;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of an attempt share, opened and checked against each other: input, model, aggregates, results. Read-only
 * once open; closing it closes input and model.
 *
 * @param tables null where the job names no table
 * @param files null where the job names no folder
 * @param gitCommit of the working directory, asked for while the rest is opened, for a snapshot if one is made
 */
record Workplace(
        DataSet dataSet,
        ModelFolder folder,
        LoadedModel model,
        Aggregation aggregation,
        ResultSchemas schemas,
        @Nullable ResultTables tables,
        @Nullable ResultFiles files,
        ThreadPlan threads,
        CompletableFuture<String> gitCommit)
        implements AutoCloseable {

    @Override
    public void close() {
        model.close();
        dataSet.close();
    }
}
