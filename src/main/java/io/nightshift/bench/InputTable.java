package io.nightshift.bench;

import io.nightshift.jdbc.ScratchSchema;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.job.JobDefinition.TableSource;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.read.ParquetDataSet;
import io.nightshift.read.Partition;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.storage.Storages;
import java.util.List;

/** A Parquet data set as a table of a database, with the job's key as its primary key. */
public final class InputTable {

    private static final String NAME = "bench_input";
    private static final int BATCH_ROWS = 1000;

    private InputTable() {}

    /**
     * Makes and fills the table, and says how a job names it.
     *
     * @param job whose source is the data set; its conditions are not looked at
     */
    public static TableSource load(JobDefinition job, ScratchSchema schema) {
        try (Storages storages = Storages.defaults()) {
            String path = job.source().parquet().path();
            List<String> columns = ParquetFile.open(storages.list(path).get(0), ParquetLimits.defaults())
                    .schema()
                    .names();
            ParquetDataSet source = ParquetDataSet.open(
                    storages, new ParquetSource(path, List.of()), columns, ParquetLimits.defaults());
            Plan plan = source.plan(BATCH_ROWS, BATCH_ROWS, 1);
            schema.create(NAME, source.schema());
            for (Partition partition : plan.partitions()) {
                try (PartitionReader reader = source.open(plan, partition, 0)) {
                    schema.copy(NAME, source.schema(), partition.number(), reader::next);
                }
            }
            schema.key(NAME, job.key());
        }
        return new TableSource(schema.database(), NAME, null, List.of(), null);
    }
}
