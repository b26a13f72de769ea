package io.nightshift.read;

import java.util.List;

/**
 * How a run reads its input: fixed once, stored with the run, followed by every attempt. A value that survives JSON.
 *
 * <p>A record batch holds {@code batchRows} consecutive rows of one row group, or those that are left of it. A chunk is
 * {@link #batchesPerChunk()} consecutive batches of a partition, or those that are left of it.
 *
 * @param partitions numbered from 0; none where no row group can hold a row that meets the conditions
 * @param totalRows rows of the input: those of all partitions and the pruned ones
 * @param prunedRows rows of row groups that statistics exclude: read and filtered, as far as anybody counts
 */
public record Plan(List<Partition> partitions, int batchRows, int chunkRows, long totalRows, long prunedRows) {

    public Plan {
        partitions = List.copyOf(partitions);
        if (batchRows < 1 || chunkRows < batchRows) {
            throw new IllegalArgumentException("batches of " + batchRows + " rows in chunks of " + chunkRows);
        }
    }

    public int batchesPerChunk() {
        return chunkRows / batchRows;
    }

    /** Chunks of a partition; at least one. */
    public int chunkCount(int partition) {
        long batches = 0;
        for (Partition.RowRange range : partitions.get(partition).ranges()) {
            batches += batches(range);
        }
        return (int) ((batches + batchesPerChunk() - 1) / batchesPerChunk());
    }

    /** The number in its partition of a chunk's first row; for the chunk after the last, the partition's row count. */
    public long firstRow(int partition, int chunk) {
        long batchesLeft = (long) chunk * batchesPerChunk();
        long row = 0;
        for (Partition.RowRange range : partitions.get(partition).ranges()) {
            if (batchesLeft < batches(range)) {
                return row + batchesLeft * batchRows;
            }
            batchesLeft -= batches(range);
            row += range.rows();
        }
        return row;
    }

    private int batches(Partition.RowRange range) {
        return (range.rows() - 1) / batchRows + 1;
    }
}
