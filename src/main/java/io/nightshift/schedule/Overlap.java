package io.nightshift.schedule;

/**
 * What happens with a fire while a run of the schedule waits or runs.
 *
 * @param most how many runs of the schedule may be on at once
 */
public record Overlap(Policy policy, int most) {

    /** What becomes of the newer fire. */
    public enum Policy {
        /** It does not happen. */
        SKIP,
        /** It waits until those before it are done. */
        QUEUE,
        /** It waits, and takes the place of another that waits. */
        LATEST_ONLY,
        /** The run that is on is stopped for it. */
        REPLACE,
        /** It runs beside up to so many others. */
        PARALLEL
    }

    /** The default. */
    public static final Overlap QUEUE = new Overlap(Policy.QUEUE, 1);
}
