package io.nightshift.run;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What an operator holds of an attempt while it works: progress to look at, and the way to stop it. Made by the caller of
 * a launch, for one attempt. Thread-safe.
 */
public final class RunControl {

    private final AtomicReference<@Nullable String> stopReason = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final LongAdder rowsDone = new LongAdder();
    private volatile long rowsPlanned;
    private volatile boolean gaveUp;
    private volatile long scoringStarted;

    /** Asks the attempt to stop after the chunks in hand; the first reason stays. Returns at once. */
    public void requestStop(String reason) {
        stopReason.compareAndSet(null, reason);
    }

    /** The reason of a requested stop, or null. */
    public @Nullable String stopReason() {
        return stopReason.get();
    }

    /** Rows that this attempt is to read; 0 until its plan is made. */
    public long rowsPlanned() {
        return rowsPlanned;
    }

    /** Rows read and scored by this attempt so far. */
    public long rowsDone() {
        return rowsDone.sum();
    }

    /** Seconds since this attempt began to score; 0 before. */
    public double scoringSeconds() {
        return scoringStarted == 0 ? 0 : (System.nanoTime() - scoringStarted) / 1e9;
    }

    /** Whether the attempt stopped as it was asked to and left a complete run as it was. */
    public boolean gaveUp() {
        return gaveUp;
    }

    void giveUp() {
        gaveUp = true;
    }

    void planned(long rows) {
        rowsPlanned = rows;
    }

    void scoringStarts() {
        scoringStarted = System.nanoTime();
    }

    void rowsDone(long rows) {
        rowsDone.add(rows);
    }

    /** Keeps the first failure of any worker; the others stop after their chunk. */
    void failed(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    @Nullable
    Throwable failure() {
        return failure.get();
    }

    /** Whether workers take no further chunk. */
    boolean winding() {
        return stopReason.get() != null || failure.get() != null;
    }
}
