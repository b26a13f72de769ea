package io.nightshift.schedule;

import java.time.Duration;

/**
 * How a failed run is tried again, where its failure may pass by itself.
 *
 * @param attempts how often it is tried in all
 * @param first the pause before the second attempt
 * @param most the longest pause, up to which pauses double
 */
public record Retry(int attempts, Duration first, Duration most) {

    /** One attempt. */
    public static final Retry NONE = new Retry(1, Duration.ZERO, Duration.ZERO);
}
