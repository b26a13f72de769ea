package io.nightshift.queue;

import io.nightshift.job.JobDefinition;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that somebody wants.
 *
 * @param job with its parameters filled in
 * @param logicalDate the date and time the run is for
 * @param priority runs of a higher one are taken first
 * @param parallel most runs of its origin at once
 * @param startBefore when the run is no longer wanted if it has not been taken; null for never
 */
public record Submission(
        JobDefinition job,
        LocalDateTime logicalDate,
        Map<String, String> tags,
        Origin origin,
        int priority,
        Retry retry,
        int parallel,
        @Nullable Instant startBefore) {

    /** The priority where nobody gives one. */
    public static final int DEFAULT_PRIORITY = 5;

    public Submission {
        tags = Map.copyOf(tags);
    }

    /** What a person asks for by hand. */
    public static Submission byHand(
            JobDefinition job, LocalDateTime logicalDate, Map<String, String> tags, String who, int priority) {
        return new Submission(job, logicalDate, tags, Origin.api(who), priority, Retry.NONE, Integer.MAX_VALUE, null);
    }
}
