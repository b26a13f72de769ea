package io.nightshift.schedule;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it stands.
 *
 * @param when in words; empty where its text cannot be read
 * @param timeZone whose clock its logical dates are of; null where its text cannot be read
 * @param nextFireAt null where nothing is planned: it waits for jobs or data, or will never be due again
 * @param pause null where nobody paused it
 * @param trouble why it cannot fire or look for its data; null where it can
 * @param lastFire null before the first
 * @param outcomes how many fires had each outcome
 * @param definition the text of its file, as it was applied
 */
public record ScheduleStatus(
        String name,
        String job,
        String when,
        @Nullable String timeZone,
        @Nullable Instant nextFireAt,
        boolean pausedByFile,
        @Nullable Pause pause,
        @Nullable String trouble,
        @Nullable Fire lastFire,
        Map<FireOutcome, Long> outcomes,
        String file,
        Instant appliedAt,
        String appliedBy,
        String definition) {}
