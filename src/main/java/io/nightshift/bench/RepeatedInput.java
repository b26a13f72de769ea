package io.nightshift.bench;

import io.nightshift.data.Column;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.parquet.Compression;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.parquet.ParquetTableWriter;
import io.nightshift.read.ParquetDataSet;
import io.nightshift.read.Partition;
import io.nightshift.read.PartitionReader;
import io.nightshift.read.Plan;
import io.nightshift.storage.Storages;
import io.nightshift.storage.StoredFile;
import java.nio.file.Path;
import java.util.List;

/** A job's input repeated to a number of rows, as files of 250,000 rows, with its integer key counted on so that it stays one. */
final class RepeatedInput {

    private static final int FILE_ROWS = 250_000;
    private static final int BATCH_ROWS = 1000;

    private final Storages storages;
    private final Path folder;
    private final long rows;
    private long written;
    private int file;

    RepeatedInput(Storages storages, Path folder, long rows) {
        this.storages = storages;
        this.folder = folder;
        this.rows = rows;
    }

    /** Writes the files. @throws NightshiftException USAGE where the key is not one integer column */
    void write(JobDefinition job) {
        List<StoredFile> files = storages.list(job.source().parquet().path());
        List<String> columns = ParquetFile.open(files.get(0), ParquetLimits.defaults())
                .schema()
                .names();
        ParquetDataSet source = ParquetDataSet.open(
                storages,
                new JobDefinition.ParquetSource(job.source().parquet().path(), List.of()),
                columns,
                ParquetLimits.defaults());
        Plan plan = source.plan(BATCH_ROWS, BATCH_ROWS, 1);
        RecordBatch batch = new RecordBatch(source.schema(), BATCH_ROWS);
        int key = keyColumn(job, source.schema());
        ParquetTableWriter writer = open(source.schema());
        while (written < rows) {
            for (Partition partition : plan.partitions()) {
                try (PartitionReader reader = source.open(plan, partition, 0)) {
                    while (written < rows && reader.next(batch)) {
                        writer = append(writer, batch, key);
                    }
                }
            }
        }
        writer.finish();
        writer.close();
    }

    private ParquetTableWriter append(ParquetTableWriter writer, RecordBatch batch, int key) {
        ParquetTableWriter current = writer;
        if (current.rows() >= FILE_ROWS) {
            current.finish();
            current.close();
            current = open(batch.schema());
        }
        number(batch.column(key), batch.rows());
        current.append(batch);
        written += batch.rows();
        return current;
    }

    private void number(Column column, int count) {
        for (int row = 0; row < count; row++) {
            if (column instanceof LongColumn longs) {
                longs.values()[row] = written + row + 1;
            } else if (column instanceof IntColumn ints) {
                ints.values()[row] = Math.toIntExact(written + row + 1);
            }
        }
    }

    private ParquetTableWriter open(Schema schema) {
        String path = folder.resolve(String.format("part-%05d.parquet", file++)).toString();
        return ParquetTableWriter.create(storages.of(path), path, schema, Compression.SNAPPY);
    }

    private static int keyColumn(JobDefinition job, Schema schema) {
        int index = schema.require(job.key().get(0));
        Column column = schema.field(index).type().newColumn(0);
        if (job.key().size() != 1 || !(column instanceof LongColumn || column instanceof IntColumn)) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "bench repeats rows by counting an integer key on; this job's key is " + job.key());
        }
        return index;
    }
}
