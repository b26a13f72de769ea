package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobName;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger holds it at one moment.
 *
 * @param logicalDate the date and time the run is for; its launch time unless said otherwise
 * @param attempt 1 for the first; raised by every restart
 * @param token fencing token of the newest attempt
 * @param owner process that works or worked on it
 * @param parameters canonical text of every parameter
 * @param definition the resolved job text
 * @param snapshot JSON with everything needed to run it again, or null before its plan is made
 * @param input JSON fingerprint of the input, or null before its plan is made
 * @param pinned whether its results are kept, whatever its job says
 * @param purgedAt since when its results are removed; null where they are not
 */
public record RunRecord(
        RunId id,
        JobName job,
        String experiment,
        LocalDateTime logicalDate,
        RunState state,
        int attempt,
        long token,
        @Nullable String owner,
        Map<String, String> parameters,
        Map<String, String> tags,
        String definition,
        @Nullable String snapshot,
        @Nullable String input,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        RowCounts rows,
        @Nullable RunFailure failure,
        @Nullable Instant publishedAt,
        boolean pinned,
        @Nullable Instant purgedAt) {

    private static final DateTimeFormatter LOGICAL_DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    public RunRecord {
        parameters = Map.copyOf(parameters);
        tags = Map.copyOf(tags);
    }

    /** The name for people: {@code job/logical-date/attempt}. */
    public String name() {
        return job + "/" + LOGICAL_DATE.format(logicalDate) + "/" + attempt;
    }

    /**
     * Refuses a run whose results are removed: nothing can be made of it again.
     *
     * @throws NightshiftException STATE_CONFLICT
     */
    public void requireResults() {
        if (purgedAt != null) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + id + " was purged at " + purgedAt
                            + ": its results are removed, only its record is kept. It"
                            + " can be looked at, and no longer published, pinned, restarted or redriven; a new run"
                            + " makes results again. Nothing was changed");
        }
    }
}
