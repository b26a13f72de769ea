package io.nightshift.run;

import io.nightshift.data.ColumnType.Layout;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.ComputeDefinition;
import io.nightshift.parquet.ParquetTableWriter;

/**
 * Holds a run to its {@code compute.memory}: how much one worker's batches, reader and writer take, and so how many workers
 * there may be. Fewer workers change no result.
 *
 * @param batchBytes a chunk's batches with their outputs
 * @param readerBytes the largest row group's columns as they are stored
 * @param writerBytes the result files' row group
 */
record WorkerMemory(long batchBytes, long readerBytes, long writerBytes) {

    private static final long MEBIBYTE = 1 << 20;
    /** An id, an offset, and room for a text that is not in a dictionary. */
    private static final int TEXT_BYTES = 24;

    /** @param largestPartition rows of a partition, about: what one result file holds */
    static WorkerMemory of(
            ComputeDefinition compute, Schema input, Schema results, long readerBytes, long largestPartition) {
        long rows = compute.chunkRows();
        return new WorkerMemory(
                rows * (rowBytes(input) + rowBytes(results)),
                readerBytes,
                Math.min(ParquetTableWriter.ROW_GROUP_BYTES, largestPartition * rowBytes(results)));
    }

    private static long rowBytes(Schema schema) {
        long bytes = 0;
        for (Field field : schema.fields()) {
            bytes += bytes(field.type().layout()) + (field.nullable() ? 1 : 0);
        }
        return bytes;
    }

    private static int bytes(Layout layout) {
        return switch (layout) {
            case BOOLEAN -> 1;
            case INT, FLOAT -> Integer.BYTES;
            case LONG, DOUBLE -> Long.BYTES;
            case BYTES -> TEXT_BYTES;
        };
    }

    long bytes() {
        return batchBytes + readerBytes + writerBytes;
    }

    /**
     * The workers that fit.
     *
     * @param wanted as the job has it
     * @param most with those that are of use, but not asked for; these have no more than half of the heap with the others, since it
     *     was given for as many as are asked for
     * @param heapBytes of the process
     * @throws NightshiftException LIMIT_EXCEEDED where not even one fits, or fewer than the job asks for by number
     */
    int workers(ComputeDefinition compute, int wanted, int most, long heapBytes) {
        long fitting = compute.memoryBytes() / Math.max(1, bytes());
        if (fitting < 1 || compute.threads() > 0 && fitting < wanted) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    "compute.memory is " + mebibytes(compute.memoryBytes()) + ", but "
                            + (wanted == 1 ? "a worker needs" : wanted + " workers need") + " about "
                            + mebibytes(bytes() * wanted) + ": each " + mebibytes(batchBytes)
                            + " for the batches of a chunk of " + compute.chunkRows() + " rows, "
                            + mebibytes(readerBytes) + " for a row group of the input and "
                            + mebibytes(writerBytes)
                            + " for one of the results. Give more memory, or lower compute.chunk_rows or"
                            + " compute.threads. Nothing was scored");
        }
        long inHeap = Math.max(wanted, heapBytes / 2 / Math.max(1, bytes()));
        return (int) Math.min(most, Math.min(fitting, inHeap));
    }

    private static String mebibytes(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE + " MB";
    }
}
