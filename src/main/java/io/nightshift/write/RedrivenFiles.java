package io.nightshift.write;

import io.nightshift.data.ScoredBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result files of one partition in a redrive, beside those that it has: the rows that it recovers, and all rejects that are
 * left, which take the place of the earlier ones. For one thread; closing it unfinished gives the files up.
 */
public final class RedrivenFiles implements AutoCloseable {

    private final ResultFiles files;
    private final ResultSchemas schemas;
    private final String part;
    private ResultFiles.@Nullable Staged predictions;
    private ResultFiles.@Nullable Staged rejects;

    public RedrivenFiles(ResultFiles files, ResultSchemas schemas, int partition, int attempt) {
        this.files = files;
        this.schemas = schemas;
        this.part = ResultFiles.redrive(attempt) + PartitionFiles.part(partition);
    }

    /** Appends what became of rejected rows. */
    public void append(ScoredBatch batch) {
        if (batch.predicted() > 0) {
            if (predictions == null) {
                predictions = files.stage(PartitionFiles.PREDICTIONS + part, schemas.predictions());
            }
            predictions.append(schemas.predictions(batch));
        }
        if (batch.rejected() > 0) {
            if (rejects == null) {
                rejects = files.stage(PartitionFiles.REJECTS + part, schemas.rejects());
            }
            rejects.append(batch.rejects());
        }
    }

    /** Completes the files, puts them in place, and returns all that the partition then has. */
    public PartitionFiles.Finished finish(PartitionFiles.Finished before) {
        List<FinishedFile> all = new ArrayList<>(before.predictions());
        if (predictions != null) {
            all.add(predictions.finish());
        }
        if (rejects != null) {
            all.add(rejects.finish());
        }
        return new PartitionFiles.Finished(all, predictions == null ? before.keys() : null);
    }

    @Override
    public void close() {
        if (predictions != null) {
            predictions.close();
        }
        if (rejects != null) {
            rejects.close();
        }
    }
}
