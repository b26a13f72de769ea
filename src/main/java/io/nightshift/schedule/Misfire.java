package io.nightshift.schedule;

/**
 * What happens with fires that were due while nobody could hand them over.
 *
 * @param most how many of the newest of them happen
 */
public record Misfire(Policy policy, int most) {

    /** Which of them happen. */
    public enum Policy {
        /** None. */
        SKIP,
        /** The newest; the others are merged into it. */
        LATEST,
        /** The newest so many, each for itself. */
        ALL
    }

    /** The default. */
    public static final Misfire LATEST = new Misfire(Policy.LATEST, 1);
}
