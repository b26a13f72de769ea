package io.nightshift.schedule;

/** What became of a planned fire. */
public enum FireOutcome {
    /** Handed over as a run in time. */
    FIRED,
    /** Handed over as a run, later than a minute after its time. */
    LATE,
    /** Not run: a calendar excludes it, the schedule was paused, or a run of it was active. */
    SKIPPED,
    /** Not run: a later fire's run stands for it. */
    MERGED,
    /** Not run: the service was down, or the run could not begin in time. */
    MISSED,
    /** Not run: its job, a parameter or the model is wrong. */
    REFUSED;

    /** Whether it became a run. */
    boolean handedOver() {
        return this == FIRED || this == LATE;
    }
}
