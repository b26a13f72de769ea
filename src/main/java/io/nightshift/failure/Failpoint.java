package io.nightshift.failure;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Places where a test lets the process die, to prove that a restart from there gives the same result. Off unless the
 * system property {@code nightshift.failpoint} names one ({@code chunk_written:3} halts at the third passing).
 */
public enum Failpoint {
    /** The run is recorded as RUNNING, nothing else is done. */
    RUN_STARTED,
    /** The plan is committed. */
    PLAN_FROZEN,
    /** A chunk's rows are written, its transaction is open. */
    CHUNK_WRITTEN,
    /** A partition's chunks are done, its result files are not yet in place. */
    PARTITION_SCORED,
    /** A partition's result files are in place, the ledger does not know yet. */
    PARTITION_FILES_IN_PLACE,
    /** A partition is committed whole. */
    PARTITION_COMMITTED,
    /** All partitions are committed, nothing is published. */
    ALL_SCORED,
    /** Everything is written for publishing, the publishing transaction is open. */
    PUBLISHING,
    /** Published in the database, the manifest is not yet renamed. */
    PUBLISHED,
    /** The manifest is renamed, the ledger does not know yet. */
    MANIFEST_RENAMED;

    private static final @Nullable String ARMED = System.getProperty("nightshift.failpoint");
    private static final int HALTED = 137;

    private final AtomicInteger passings = new AtomicInteger();

    /** Halts the process if this point is armed and this is the armed passing. */
    public void pass() {
        if (ARMED != null && ARMED.equals(name().toLowerCase(Locale.ROOT) + ":" + passings.incrementAndGet())) {
            Runtime.getRuntime().halt(HALTED);
        }
    }
}
