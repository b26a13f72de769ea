package io.nightshift.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which fires to list; null means any.
 *
 * @param since earliest fire time
 * @param until latest fire time
 * @param before goes on behind the last fire of the page before; null for the first page
 * @param limit most fires given
 */
public record FireFilter(
        @Nullable String schedule,
        @Nullable FireOutcome outcome,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable Place before,
        int limit) {

    /** A fire's place in the log. */
    public record Place(Instant fireTime, String schedule) {}
}
