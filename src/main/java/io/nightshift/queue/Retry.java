package io.nightshift.queue;

import java.time.Duration;

/**
 * How often a run is tried in all where a failure may pass by itself, and how long the pauses are: they double from the
 * first to the longest, and differ by up to a fifth, so that many runs do not come back at once.
 *
 * @param attempts at least 1, which is no second try
 */
public record Retry(int attempts, Duration first, Duration most) {

    public static final Retry NONE = new Retry(1, Duration.ZERO, Duration.ZERO);

    private static final int MOST_DOUBLINGS = 20;
    private static final double SPREAD = 0.2;

    public Retry {
        if (attempts < 1 || first.isNegative() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException(attempts + " attempts, " + first + " to " + most);
        }
    }

    /**
     * @param tries how many there were
     * @param random from 0 to below 1
     */
    Duration pause(int tries, double random) {
        long doubled = first.toMillis() << Math.min(MOST_DOUBLINGS, Math.max(0, tries - 1));
        long longest = Math.min(most.toMillis(), doubled);
        return Duration.ofMillis(Math.round(longest * (1 - SPREAD * random)));
    }
}
