package io.nightshift.backfill;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backfill as it stands.
 *
 * @param request as it was asked for
 * @param reason what it has its state from, in words
 * @param counts how many of its dates are in each state
 * @param endedAt null where it is not at its end
 */
public record Backfill(
        long id,
        BackfillRequest request,
        String who,
        BackfillState state,
        String reason,
        Map<BackfillDate.State, Integer> counts,
        Instant createdAt,
        @Nullable Instant endedAt) {

    public Backfill {
        counts = Map.copyOf(counts);
    }

    /** How many of its dates are in a state. */
    public int count(BackfillDate.State of) {
        return counts.getOrDefault(of, 0);
    }

    /** How many dates it has. */
    public int dates() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
