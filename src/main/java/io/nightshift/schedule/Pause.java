package io.nightshift.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That somebody wants a schedule not to fire.
 *
 * @param until when it fires again by itself; null for when somebody resumes it
 */
public record Pause(
        String who, String reason, Instant since, @Nullable Instant until) {

    /** Whether a fire of this moment is left out. */
    boolean covers(Instant fireTime) {
        return !fireTime.isBefore(since) && (until == null || fireTime.isBefore(until));
    }

    /** For people: who, why, until when. */
    public String words() {
        return "paused by " + who + (reason.isEmpty() ? "" : ": " + reason) + (until == null ? "" : ", until " + until);
    }
}
