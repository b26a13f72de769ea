package io.nightshift.schedule;

/**
 * What applying the files did to a schedule.
 *
 * @param details for a change, what differs; for what was kept, why
 */
public record ScheduleChange(String schedule, Kind kind, String details) {

    /** What became of it. */
    public enum Kind {
        ADDED,
        CHANGED,
        REMOVED,
        /** Its file is another one or gone, but what it had due could not be handed over: it stays until that works. */
        KEPT
    }
}
