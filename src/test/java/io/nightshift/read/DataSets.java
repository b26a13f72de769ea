package io.nightshift.read;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.job.Condition;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.storage.Storages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Data sets read as a run reads them: plan, then partition by partition. */
final class DataSets {

    /** What came out of a read. */
    record Read(List<List<@Nullable String>> rows, List<Long> rowNumbers, long filtered, long bytes) {}

    private DataSets() {}

    static ParquetDataSet open(Path path, List<String> columns, Condition... where) {
        return ParquetDataSet.open(
                Storages.defaults(),
                new ParquetSource(path.toString(), List.of(where)),
                columns,
                ParquetLimits.defaults());
    }

    static Read readAll(ParquetDataSet dataSet, Plan plan) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        long filtered = plan.prunedRows();
        long bytes = 0;
        for (Partition partition : plan.partitions()) {
            Read read = read(dataSet, plan, partition, 0);
            rows.addAll(read.rows());
            numbers.addAll(read.rowNumbers());
            filtered += read.filtered();
            bytes += read.bytes();
        }
        return new Read(rows, numbers, filtered, bytes);
    }

    static Read read(ParquetDataSet dataSet, Plan plan, Partition partition, int fromChunk) {
        Schema schema = dataSet.schema();
        RecordBatch batch = new RecordBatch(schema, plan.batchRows());
        List<List<@Nullable String>> rows = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        long filtered = 0;
        try (PartitionReader reader = dataSet.open(plan, partition, fromChunk)) {
            while (reader.next(batch)) {
                filtered += batch.filtered();
                for (int row = 0; row < batch.rows(); row++) {
                    List<@Nullable String> values = new ArrayList<>();
                    for (int column = 0; column < schema.size(); column++) {
                        values.add(batch.column(column).text(row));
                    }
                    rows.add(values);
                    numbers.add(batch.rowNumber(row));
                }
            }
            return new Read(rows, numbers, filtered, reader.bytesRead());
        }
    }
}
