package io.nightshift.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it was applied.
 *
 * @param definition the exact text of its file
 * @param appliedBy who applied it
 * @param plannedUntil every planned fire up to here is in the log, none after it
 * @param nextFireAt the next planned fire, excluded or not; null where none is planned
 * @param pause null where nobody paused it
 * @param removedAt since when its file is gone; null where it is there
 * @param trouble why its data cannot be looked for; null where it can
 */
record KnownSchedule(
        String name,
        String job,
        String file,
        String definition,
        String sha256,
        Instant appliedAt,
        String appliedBy,
        Instant plannedUntil,
        @Nullable Instant nextFireAt,
        @Nullable Pause pause,
        @Nullable Instant removedAt,
        @Nullable String trouble) {}
