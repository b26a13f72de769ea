package io.nightshift.backfill;

import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants runs for.
 *
 * @param job name of a job, or a job file
 * @param from the first logical date
 * @param to no logical date is later
 * @param every the step between dates: {@code 1d}, {@code 6h}, {@code P1M}
 * @param parallel most of its runs at once
 * @param model in place of the job's, or null
 * @param parameters texts by parameter name, with expressions of the logical date
 */
public record BackfillRequest(
        String job,
        LocalDateTime from,
        LocalDateTime to,
        String every,
        int parallel,
        Selection selection,
        @Nullable String model,
        Map<String, String> parameters) {

    public BackfillRequest {
        parameters = Map.copyOf(parameters);
    }

    /** Which of the dates get a run. */
    public enum Selection {
        /** Those without a complete run of the same definition and model. */
        MISSING,
        /** Those whose last run failed or was stopped; it goes on where its definition is the same. */
        FAILED,
        /** Every one, whatever there is. */
        ALL
    }
}
