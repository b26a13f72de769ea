package io.nightshift.schedule;

import io.nightshift.ledger.RunId;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A planned fire and what became of it.
 *
 * @param fireTime when it was due; with the schedule, its key
 * @param logicalDate the date and time, on the clock of the schedule's zone, that its run is for
 * @param reason why it has its outcome, in words
 * @param run what came of it; null where nothing did
 * @param finishBy when its run is to be complete; null where nothing says so
 */
public record Fire(
        String schedule,
        Instant fireTime,
        LocalDateTime logicalDate,
        FireOutcome outcome,
        String reason,
        @Nullable RunId run,
        Instant recordedAt,
        @Nullable Instant finishBy) {}
