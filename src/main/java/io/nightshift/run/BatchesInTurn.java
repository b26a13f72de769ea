package io.nightshift.run;

import io.nightshift.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Reads each batch when it is asked for and scores it when that is asked for, all in the worker's own thread. */
final class BatchesInTurn implements BatchLine {

    private final Worker worker;
    private final int partition;
    private final PartitionReader reader;
    private int inChunk;
    private long readNanos;

    BatchesInTurn(Worker worker, int partition, PartitionReader reader) {
        this.worker = worker;
        this.partition = partition;
        this.reader = reader;
    }

    @Override
    public @Nullable Pending next() {
        long begin = System.nanoTime();
        Worker.Slot slot = worker.slot(inChunk++);
        boolean more = reader.next(slot.batch());
        readNanos += System.nanoTime() - begin;
        return more ? () -> worker.scorer(0).score(slot.batch(), partition, slot.scoring()) : null;
    }

    @Override
    public void written() {
        inChunk = 0;
    }

    @Override
    public long readNanos() {
        return readNanos;
    }

    @Override
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public long pagesWithoutChecksum() {
        return reader.pagesWithoutChecksum();
    }

    @Override
    public void close() {
        reader.close();
    }
}
