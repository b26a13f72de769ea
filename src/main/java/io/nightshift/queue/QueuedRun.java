package io.nightshift.queue;

import io.nightshift.ledger.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run in the hands of the service, waiting or taken.
 *
 * @param startBefore when it is given up where it still waits; null for never
 * @param tries attempts that were begun because of this submission
 * @param losses attempts whose process died
 */
record QueuedRun(
        RunId run,
        String job,
        Origin origin,
        boolean waiting,
        int priority,
        Instant submittedAt,
        @Nullable Instant notBefore,
        @Nullable Instant startBefore,
        String device,
        int jobParallel,
        int originParallel,
        String activeKey,
        int tries,
        Retry retry,
        int losses) {}
