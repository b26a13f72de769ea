package io.nightshift.read;

import io.nightshift.data.RecordBatch;

/**
 * Streams one partition's record batches in order. Every row of the partition is in exactly one batch, as one of its rows
 * or among its filtered ones. For one thread; close it.
 */
public interface PartitionReader extends AutoCloseable {

    /**
     * Fills the batch with the next rows.
     *
     * @param into of the data set's schema and at least the plan's {@code batchRows}
     * @return false, and an unchanged batch, at the partition's end
     * @throws io.nightshift.failure.NightshiftException INPUT_CHANGED where the rows are not those of the plan; DATA_CORRUPT,
     *     VALUE_REFUSED or LIMIT_EXCEEDED; STORAGE_FAILED or DATABASE_FAILED
     */
    boolean next(RecordBatch into);

    /** Bytes read from the source so far. */
    long bytesRead();

    /** Pages of a file read so far in which damage that still decodes would not be noticed; 0 where the source has no pages. */
    long pagesWithoutChecksum();

    @Override
    void close();
}
