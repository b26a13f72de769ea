package io.nightshift.ledger;

import java.util.Set;

/** Where a run stands. Moves happen only along {@link #mayBecome}, by compare-and-set, each with its event. */
public enum RunState {
    QUEUED,
    RUNNING,
    /** A stop was asked for; workers finish their chunk. */
    STOPPING,
    STOPPED,
    FAILED,
    COMPLETED,
    /** Complete, and its rejected rows are being scored again; readers see what they saw before. */
    REDRIVING;

    /** Whether the run holds its job and identifying parameters against another run. */
    public boolean active() {
        return switch (this) {
            case QUEUED, RUNNING, STOPPING, REDRIVING -> true;
            case STOPPED, FAILED, COMPLETED -> false;
        };
    }

    /** Whether a new attempt may continue the run. */
    public boolean restartable() {
        return this == FAILED || this == STOPPED;
    }

    boolean mayBecome(RunState next) {
        return switch (this) {
            case QUEUED -> Set.of(RUNNING, FAILED, STOPPING, STOPPED).contains(next);
            case RUNNING -> Set.of(COMPLETED, FAILED, STOPPING, STOPPED).contains(next);
            case STOPPING -> Set.of(STOPPED, FAILED, COMPLETED).contains(next);
            case STOPPED, FAILED -> next == QUEUED;
            case COMPLETED -> next == REDRIVING;
            case REDRIVING -> next == COMPLETED;
        };
    }
}
