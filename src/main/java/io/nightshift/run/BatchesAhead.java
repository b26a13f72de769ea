package io.nightshift.run;

import io.nightshift.data.ScoredBatch;
import io.nightshift.read.PartitionReader;
import io.nightshift.score.BatchScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One reader and several scorers, for an input that cannot be divided: a thread reads batches ahead, as many as there is room for, each is
 * scored by whichever scorer is free, and they are handed out in the order in which they were read, while an earlier chunk is written.
 */
final class BatchesAhead implements BatchLine {

    private static final int NONE = -1;

    private final Worker worker;
    private final int partition;
    private final PartitionReader reader;
    private final int room;
    private final BlockingQueue<Integer> free = new LinkedBlockingQueue<>();
    private final BlockingQueue<BatchScorer> idle = new LinkedBlockingQueue<>();
    private final BlockingQueue<Place> line = new LinkedBlockingQueue<>();
    private final List<Integer> handedOut = new ArrayList<>();
    private final ExecutorService scoring;
    private final Thread reading;
    private final AtomicLong readNanos = new AtomicLong();
    private volatile boolean closing;
    private boolean ended;

    /**
     * A place in the line.
     *
     * @param slot of the batch, or {@link #NONE} at the end
     * @param scored what comes of the batch; at the end null, or the failure that ended it
     */
    private record Place(int slot, Future<@Nullable ScoredBatch> scored) {}

    /**
     * @param scorers how many, of the worker
     * @param room for how many batches, at least those of a chunk
     */
    BatchesAhead(Worker worker, int partition, PartitionReader reader, int scorers, int room) {
        this.worker = worker;
        this.partition = partition;
        this.reader = reader;
        this.room = room;
        for (int i = 0; i < scorers; i++) {
            idle.add(worker.scorer(i));
        }
        String name = Thread.currentThread().getName();
        this.scoring = Executors.newFixedThreadPool(scorers, work -> new Thread(work, name + "-scorer"));
        this.reading = new Thread(new Reading(), name + "-reader");
        reading.start();
    }

    /** All of it. Whatever ends it is what comes of the line's end: nobody waits for a reader that is gone. */
    private final class Reading extends FutureTask<@Nullable ScoredBatch> {

        Reading() {
            super(BatchesAhead.this::readAll);
        }

        @Override
        protected void done() {
            line.add(new Place(NONE, this));
        }
    }

    private @Nullable ScoredBatch readAll() throws InterruptedException {
        for (int read = 0; !closing; read++) {
            int number = read < room ? read : free.take();
            if (closing || !readOne(number)) {
                break;
            }
        }
        return null;
    }

    private boolean readOne(int number) {
        long begin = System.nanoTime();
        Worker.Slot slot = worker.slot(number);
        boolean more = reader.next(slot.batch());
        readNanos.addAndGet(System.nanoTime() - begin);
        if (more) {
            line.add(new Place(number, scoring.submit(() -> score(slot))));
        }
        return more;
    }

    private @Nullable ScoredBatch score(Worker.Slot slot) throws InterruptedException {
        BatchScorer scorer = idle.take();
        try {
            return closing ? null : scorer.score(slot.batch(), partition, slot.scoring());
        } finally {
            idle.add(scorer);
        }
    }

    @Override
    public @Nullable Pending next() {
        if (ended) {
            return null;
        }
        Place place = await(line::take);
        if (place.slot() == NONE) {
            ended = true;
            await(place.scored()::get);
            return null;
        }
        handedOut.add(place.slot());
        return () -> java.util.Objects.requireNonNull(await(place.scored()::get));
    }

    @Override
    public void written() {
        free.addAll(handedOut);
        handedOut.clear();
    }

    @Override
    public long readNanos() {
        return readNanos.get();
    }

    @Override
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public long pagesWithoutChecksum() {
        return reader.pagesWithoutChecksum();
    }

    private interface Wait<T> {
        T get() throws InterruptedException, ExecutionException;
    }

    private static <T extends @Nullable Object> T await(Wait<T> wait) {
        try {
            return wait.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Interrupts nobody: an embedded database that is read in an interrupted thread closes its file. */
    @Override
    public void close() {
        closing = true;
        free.add(NONE);
        await(() -> {
            reading.join();
            scoring.shutdown();
            return scoring.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        });
        reader.close();
    }
}
