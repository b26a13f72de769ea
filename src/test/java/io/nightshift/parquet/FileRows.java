package io.nightshift.parquet;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.storage.Storages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A file's rows as text, read in record batches of random sizes. */
final class FileRows {

    private FileRows() {}

    static ParquetFile open(Path file) {
        return ParquetFile.open(Storages.defaults().list(file.toString()).get(0), ParquetLimits.defaults());
    }

    static List<List<@Nullable String>> of(Path file, long seed) {
        ParquetFile opened = open(file);
        return of(opened, opened.schema(), seed, false);
    }

    /** Skipped rows are in the list as nulls. */
    static List<@Nullable List<@Nullable String>> ofSome(Path file, long seed) {
        ParquetFile opened = open(file);
        return of(opened, opened.schema(), seed, true);
    }

    static List<List<@Nullable String>> of(ParquetFile file, Schema schema, long seed, boolean skipSome) {
        Random random = new Random(seed);
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (RowGroupReader reader = file.read(schema)) {
            for (int rowGroup = 0; rowGroup < file.rowGroupCount(); rowGroup++) {
                reader.open(rowGroup);
                RecordBatch batch = new RecordBatch(schema, 2000);
                for (int left = file.rows(rowGroup); left > 0; ) {
                    int count = Math.min(left, 1 + random.nextInt(2000));
                    left -= count;
                    if (skipSome && random.nextBoolean()) {
                        reader.skip(count);
                        for (int i = 0; i < count; i++) {
                            rows.add(null);
                        }
                        continue;
                    }
                    batch.clear(0);
                    int first = random.nextInt(count + 1);
                    reader.read(batch, 0, first);
                    reader.read(batch, first, count - first);
                    batch.rows(count);
                    rows.addAll(texts(batch));
                }
            }
        }
        return rows;
    }

    static List<List<@Nullable String>> texts(RecordBatch batch) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            List<@Nullable String> values = new ArrayList<>();
            for (int column = 0; column < batch.schema().size(); column++) {
                values.add(batch.column(column).text(row));
            }
            rows.add(values);
        }
        return rows;
    }
}
