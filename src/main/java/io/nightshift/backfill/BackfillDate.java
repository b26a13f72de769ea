package io.nightshift.backfill;

import io.nightshift.ledger.RunId;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One logical date of a backfill.
 *
 * @param reason why it has its state; empty where that needs no words
 * @param run its run; null where there is none
 */
public record BackfillDate(
        LocalDateTime logicalDate,
        State state,
        String reason,
        @Nullable RunId run) {

    /** How a date stands. */
    public enum State {
        /** It has no run yet. */
        WAITING,
        /** Its run is in the queue. */
        QUEUED,
        RUNNING,
        DONE,
        /** Its run failed, or could not be made. */
        FAILED,
        /** Its run was stopped. */
        STOPPED,
        /** It needs no run. */
        SKIPPED
    }
}
