package io.nightshift.read;

import io.nightshift.data.RecordBatch;
import io.nightshift.jdbc.KeyRange;
import io.nightshift.jdbc.RowStream;
import java.util.List;

/** Reads a range of keys and sees to it that there are as many rows as the plan has. */
final class TablePartitionReader implements PartitionReader {

    private final String source;
    private final KeyRange range;
    private final int batchRows;
    private final RowStream rows;
    private long done;

    TablePartitionReader(String source, KeyRange range, int batchRows, RowStream rows, long firstRow) {
        this.source = source;
        this.range = range;
        this.batchRows = batchRows;
        this.rows = rows;
        this.done = firstRow;
        rows.skip(firstRow);
    }

    @Override
    public boolean next(RecordBatch into) {
        into.clear(done);
        // One more than the plan has is asked for at the end, to see that it is not there.
        int wanted = (int) Math.min(batchRows, range.rows() - done);
        if (wanted == 0) {
            requireSame(rows.read(into, 1) == 0, "more");
            return false;
        }
        int count = rows.read(into, wanted);
        requireSame(count == wanted, "fewer");
        done += count;
        return true;
    }

    private void requireSame(boolean same, String difference) {
        if (!same) {
            throw InputFingerprint.changed(List.of(source + ", " + range + ", has " + difference + " than the "
                    + range.rows() + " rows of the plan, while it was read"));
        }
    }

    @Override
    public long bytesRead() {
        return rows.bytesRead();
    }

    @Override
    public long pagesWithoutChecksum() {
        return 0;
    }

    @Override
    public void close() {
        rows.close();
    }
}
