package io.nightshift.schedule;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it was applied.
 *
 * @param definition the exact text of its file
 * @param calendars the digests of the calendar files that it names, by their paths, of the moment when it was applied, as JSON; null where
 *     an earlier version applied it
 * @param appliedBy who applied it
 * @param plannedUntil every planned fire up to here is in the log, none after it
 * @param waitingSince since when it waits for the jobs that it waits for now; what succeeded before is no news to it
 * @param nextFireAt the next planned fire, excluded or not; null where none is planned
 * @param pause null where nobody paused it
 * @param removedAt since when its file is gone; null where it is there
 * @param lookedAt when it was last looked for the data, or first for the jobs, that it waits for; null before
 * @param trouble why its data cannot be looked for; null where it can
 * @param outcomes how many fires had each outcome
 */
record KnownSchedule(
        String name,
        String job,
        String file,
        String definition,
        @Nullable String calendars,
        String sha256,
        Instant appliedAt,
        String appliedBy,
        Instant plannedUntil,
        Instant waitingSince,
        @Nullable Instant nextFireAt,
        @Nullable Pause pause,
        @Nullable Instant removedAt,
        @Nullable Instant lookedAt,
        @Nullable String trouble,
        Map<FireOutcome, Long> outcomes) {}
