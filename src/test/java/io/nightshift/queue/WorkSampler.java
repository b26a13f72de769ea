package io.nightshift.queue;

import io.nightshift.run.RunLauncher;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again at what the threads of this process do, whatever any record says of it. */
final class WorkSampler implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Thread thread = new Thread(this::sample, "work-sampler");
    private volatile boolean closed;
    private volatile long mostAttempts;
    private volatile long mostWorkers;

    WorkSampler() {
        thread.start();
    }

    private void sample() {
        while (!closed) {
            StackTraceElement[][] stacks = Thread.getAllStackTraces().values().toArray(StackTraceElement[][]::new);
            mostAttempts = Math.max(mostAttempts, within(stacks, RunLauncher.class.getName(), "execute"));
            mostWorkers = Math.max(mostWorkers, within(stacks, "io.nightshift.run.PartitionWorkers", "work"));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static long within(StackTraceElement[][] stacks, String type, String method) {
        return Arrays.stream(stacks)
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals(type)
                                && frame.getMethodName().equals(method)))
                .count();
    }

    /** The most attempts that were under way at once. */
    long mostAttempts() {
        return mostAttempts;
    }

    /** The most threads that scored at once. */
    long mostWorkers() {
        return mostWorkers;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
