package io.nightshift.read;

import java.util.List;

/**
 * How a run reads its input: fixed once, stored with the run, followed by every attempt. A value that survives JSON.
 *
 * <p>A record batch holds {@code batchRows} consecutive rows of one run of its partition, or those that are left of it. A chunk is
 * {@link #batchesPerChunk()} consecutive batches of a partition, or those that are left of it.
 *
 * @param partitions numbered from 0; none where no row can meet the conditions
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
        for (long run : partitions.get(partition).runs()) {
            batches += batches(run);
        }
        return (int) ((batches + batchesPerChunk() - 1) / batchesPerChunk());
    }

    /** The number in its partition of a chunk's first row; for the chunk after the last, the partition's row count. */
    public long firstRow(int partition, int chunk) {
        long batchesLeft = (long) chunk * batchesPerChunk();
        long row = 0;
        for (long run : partitions.get(partition).runs()) {
            if (batchesLeft < batches(run)) {
                return row + batchesLeft * batchRows;
            }
            batchesLeft -= batches(run);
            row += run;
        }
        return row;
    }

    private long batches(long run) {
        return (run - 1) / batchRows + 1;
    }
}
