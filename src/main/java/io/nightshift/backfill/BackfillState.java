package io.nightshift.backfill;

/** How a backfill stands. */
public enum BackfillState {
    /** Its runs are made as room is. */
    RUNNING,
    /** A person stopped it; it can be resumed. */
    STOPPED,
    /** Every date is done, or was skipped. */
    COMPLETED,
    /** No date waits any more, and some are not done; it can be resumed. */
    FAILED
}
