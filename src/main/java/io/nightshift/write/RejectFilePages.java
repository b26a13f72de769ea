package io.nightshift.write;

import io.nightshift.data.RecordBatch;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.parquet.RowGroupReader;
import io.nightshift.storage.Storages;
import org.jspecify.annotations.Nullable;

/** The rejects of a partition from their file, which has them in the order of their rows. */
final class RejectFilePages implements KeptRejects.Pages {

    private final ParquetFile file;
    private @Nullable RowGroupReader reader;
    private int group = -1;
    private int done;

    RejectFilePages(Storages storages, String path) {
        this.file = ParquetFile.open(storages.of(path).file(path), ParquetLimits.defaults());
    }

    /** No page reaches from one row group into the next, whose dictionary is another. */
    @Override
    public void fill(long from, RecordBatch page) {
        if (reader == null) {
            reader = file.read(page.schema());
        }
        while (group < 0 || done == file.rows(group)) {
            if (++group == file.rowGroupCount()) {
                group--;
                page.rows(0);
                return;
            }
            reader.open(group);
            done = 0;
        }
        int count = Math.min(page.capacity(), file.rows(group) - done);
        reader.read(page, 0, count);
        page.rows(count);
        done += count;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
