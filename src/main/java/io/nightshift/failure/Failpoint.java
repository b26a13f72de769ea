package io.nightshift.failure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Places where a test lets the process die, to prove that a restart from there gives the same result. Off unless the
 * system property {@code nightshift.failpoint} names one ({@code chunk_written:3} halts at the third passing). A test whose run works
 * in its own process may {@link #watch} them instead.
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
    /** The results are published; where the record of runs is in another database, it does not know yet. */
    RESULTS_PUBLISHED,
    /** Published in the database, the manifest is not yet renamed. */
    PUBLISHED,
    /** The manifest is renamed, the ledger does not know yet. */
    MANIFEST_RENAMED,
    /** The end of a run from the queue is recorded, the queue does not know and nobody was told. */
    RUN_ENDED,
    /** A redrive is recorded, nothing else of it is done. */
    REDRIVE_STARTED,
    /** Rows of a batch are written by a redrive, its transaction is open. */
    REDRIVE_BATCH_WRITTEN,
    /** A redrive's files and manifest are in place beside the old ones, its transaction is open. */
    REDRIVE_FILES_IN_PLACE,
    /** A redrive's transaction is about to commit. */
    REDRIVE_COMMITTING,
    /** A redrive is committed, its manifest is still beside the run's. */
    REDRIVE_COMMITTED,
    /** The run's manifest is that of the redrive, the folder's is not yet. */
    REDRIVE_MANIFEST_RENAMED,
    /** A run is marked as purged, all of its results are still there. */
    PURGE_MARKED,
    /** The rows of a purged run are removed, its files are not. */
    PURGE_ROWS_REMOVED,
    /** All results of a purged run are removed, its record does not say so. */
    PURGE_FILES_REMOVED;

    private static final String PROPERTY = "nightshift.failpoint";
    private static final @Nullable String ARMED = System.getProperty(PROPERTY);
    private static final int HALTED = 137;
    private static volatile @Nullable Consumer<Failpoint> watcher;

    private final AtomicInteger passings = new AtomicInteger();

    /**
     * Refuses to work with a point that does not exist: the process would never halt, and a test of its halts pass.
     *
     * @throws NightshiftException USAGE
     */
    public static void requireKnown() {
        String armed = System.getProperty(PROPERTY);
        List<String> points = Arrays.stream(values())
                .map(point -> point.name().toLowerCase(Locale.ROOT))
                .toList();
        if (armed != null && !armed.matches("(" + String.join("|", points) + "):[1-9][0-9]{0,8}")) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "-D" + PROPERTY + "=" + armed + " is no failpoint; allowed is a name, a colon and the passing that"
                            + " halts, such as chunk_written:3. Names are " + String.join(", ", points)
                            + "; nothing was started");
        }
    }

    /**
     * Lets a test meet a run at one moment of its life, as a stop that comes just then does: it is called at each point, by the thread
     * that passes it, which goes on when it returns. One watcher for the process, like the points themselves; a test takes its own away.
     *
     * @param watching null for nobody
     */
    public static void watch(@Nullable Consumer<Failpoint> watching) {
        watcher = watching;
    }

    /** Halts the process if this point is armed and this is the armed passing. */
    public void pass() {
        if (ARMED != null && ARMED.equals(name().toLowerCase(Locale.ROOT) + ":" + passings.incrementAndGet())) {
            Runtime.getRuntime().halt(HALTED);
        }
        Consumer<Failpoint> watching = watcher;
        if (watching != null) {
            watching.accept(this);
        }
    }
}
