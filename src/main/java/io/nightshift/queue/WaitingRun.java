package io.nightshift.queue;

import io.nightshift.ledger.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run that waits to be taken.
 *
 * @param place 1 for the one that is taken first, as things stand
 * @param notBefore the earliest moment for another try; null where it may be taken at once
 * @param startBefore when it is given up; null for never
 * @param reason why it is not taken now, in words
 */
public record WaitingRun(
        int place,
        RunId run,
        String job,
        Origin origin,
        int priority,
        Instant submittedAt,
        @Nullable Instant notBefore,
        @Nullable Instant startBefore,
        String reason) {}
