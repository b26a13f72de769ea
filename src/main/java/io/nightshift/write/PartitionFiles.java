package io.nightshift.write;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.ScoredBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result files of one partition while it is scored. For one worker; closing it unfinished gives the files up. */
public final class PartitionFiles implements AutoCloseable {

    static final String PREDICTIONS = "predictions/";
    static final String REJECTS = "rejects/";

    private final ResultFiles files;
    private final ResultSchemas schemas;
    private final String part;
    private final KeyOrder keys;
    private final ResultFiles.Staged predictions;
    private ResultFiles.@Nullable Staged rejects;

    public PartitionFiles(ResultFiles files, ResultSchemas schemas, int partition) {
        this.files = files;
        this.schemas = schemas;
        this.part = part(partition);
        this.keys = new KeyOrder(schemas.predictions(), schemas.key());
        this.predictions = files.stage(PREDICTIONS + part, schemas.predictions());
    }

    /** The name of a partition's file, in whichever folder. */
    static String part(int partition) {
        return String.format("part-%05d.parquet", partition);
    }

    /** Appends a batch's predictions and rejects. */
    public void append(ScoredBatch batch) {
        RecordBatch rows = schemas.predictions(batch);
        keys.add(rows);
        predictions.append(rows);
        if (batch.rejected() > 0) {
            if (rejects == null) {
                rejects = files.stage(REJECTS + part, schemas.rejects());
            }
            rejects.append(batch.rejects());
        }
    }

    /** Completes the files and puts them in place. */
    public Finished finish() {
        List<FinishedFile> finished = new ArrayList<>();
        finished.add(predictions.finish());
        if (rejects != null) {
            finished.add(rejects.finish());
        }
        return new Finished(finished, keys.range());
    }

    /**
     * What a partition left. A value that survives JSON.
     *
     * @param keys the partition's keys, where they rise strictly; else null
     */
    public record Finished(List<FinishedFile> files, KeyOrder.@Nullable Range keys) {

        public Finished {
            files = List.copyOf(files);
        }

        /** The files of predictions: one, and one for each redrive that recovered rows. */
        public List<FinishedFile> predictions() {
            return under(PREDICTIONS);
        }

        /** The file of rejects, where there is one. */
        List<FinishedFile> rejects() {
            return under(REJECTS);
        }

        private List<FinishedFile> under(String folder) {
            return files.stream()
                    .filter(file -> file.path().contains("/" + folder))
                    .toList();
        }
    }

    @Override
    public void close() {
        predictions.close();
        if (rejects != null) {
            rejects.close();
        }
    }
}
