package io.nightshift.schedule;

/**
 * What applying the files did to a schedule.
 *
 * @param details for a change, what differs
 */
public record ScheduleChange(String schedule, Kind kind, String details) {

    /** What became of it. */
    public enum Kind {
        ADDED,
        CHANGED,
        REMOVED
    }
}
