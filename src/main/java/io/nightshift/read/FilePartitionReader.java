package io.nightshift.read;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.RowGroupReader;
import io.nightshift.read.InputFingerprint.FileFingerprint;
import io.nightshift.read.Partition.RowRange;
import java.util.List;

/** Reads runs of row groups of one file. */
final class FilePartitionReader implements PartitionReader {

    private final Plan plan;
    private final List<RowRange> ranges;
    private final RowFilter filter;
    private final FileFingerprint fingerprint;
    private final ParquetFile file;
    private final RowGroupReader reader;
    private final int[] rows;

    private int range;
    /** Rows of the range that are behind the next batch's first row. */
    private int done;

    private boolean isOpen;
    private long firstRow;
    private ExcludedRows excluded = new ExcludedRows();

    FilePartitionReader(
            Plan plan,
            Partition.OfFile partition,
            RowFilter filter,
            FileFingerprint fingerprint,
            ParquetFile file,
            Schema schema) {
        this.plan = plan;
        this.ranges = partition.ranges();
        this.filter = filter;
        this.fingerprint = fingerprint;
        this.file = file;
        this.rows = new int[plan.batchRows()];
        this.reader = file.read(schema);
    }

    /** Passes over the chunks before {@code chunk}; of row groups that lie before it nothing is read. */
    void skipTo(int chunk) {
        long batches = (long) chunk * plan.batchesPerChunk();
        while (range < ranges.size()) {
            int rowsOfRange = ranges.get(range).rows();
            long batchesOfRange = (rowsOfRange - 1) / plan.batchRows() + 1;
            if (batches < batchesOfRange) {
                done = (int) batches * plan.batchRows();
                firstRow += done;
                return;
            }
            batches -= batchesOfRange;
            firstRow += rowsOfRange;
            range++;
        }
    }

    @Override
    public boolean next(RecordBatch into) {
        if (range == ranges.size()) {
            requireUnchanged();
            return false;
        }
        RowRange current = ranges.get(range);
        if (!isOpen) {
            reader.open(current.rowGroup());
            reader.skip(current.firstRow() + done);
            excluded = filter.excludedRows(reader, current.rowGroup());
            isOpen = true;
        }
        int count = Math.min(plan.batchRows(), current.rows() - done);
        into.clear(firstRow);
        fill(into, current.firstRow() + done, count);
        firstRow += count;
        done += count;
        if (done == current.rows()) {
            range++;
            done = 0;
            isOpen = false;
        }
        return true;
    }

    private void fill(RecordBatch into, long first, int count) {
        if (excluded.endOfExcluded(first) >= first + count) {
            reader.skip(count);
            into.rows(0);
            into.skipped(count);
            return;
        }
        int candidates = 0;
        int at = 0;
        while (at < count) {
            int skipped = (int) Math.min(count - at, excluded.endOfExcluded(first + at) - first - at);
            if (skipped > 0) {
                reader.skip(into, at, skipped);
                at += skipped;
            }
            int read = (int) Math.min(count - at, excluded.nextExcluded(first + at) - first - at);
            if (read > 0) {
                reader.read(into, at, read);
                for (int i = 0; i < read; i++) {
                    rows[candidates++] = at + i;
                }
                at += read;
            }
        }
        into.rows(count);
        if (!filter.isEmpty()) {
            into.filter(rows, filter.select(into, rows, candidates));
        }
    }

    @Override
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public long pagesWithoutChecksum() {
        return reader.pagesWithoutChecksum();
    }

    private void requireUnchanged() {
        var now = file.stored().refresh();
        String difference = fingerprint.difference(
                new FileFingerprint(fingerprint.path(), now.size(), now.modifiedAt(), fingerprint.footerSha256()));
        if (!difference.isEmpty()) {
            throw InputFingerprint.changed(List.of(difference + ", while it was read"));
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
