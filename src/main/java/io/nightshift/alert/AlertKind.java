package io.nightshift.alert;

/** What an alert is about. The names are part of the interface: rules and messages have them. */
public enum AlertKind {
    /** A run failed, and no retry is left. */
    RUN_FAILED,
    /** A run started later than its schedule allows. */
    RUN_LATE,
    /** A planned fire was missed. */
    FIRE_MISSED,
    /** A run had not ended, or not even started, when it should have been done. */
    DEADLINE_PASSED,
    /** The process that worked on a run died, and another attempt goes on. */
    RUN_RECOVERED,
    /** A run ended with at least 80 % of the rejects that its job allows. */
    REJECT_LIMIT_NEAR,
    /** The watchdog repaired a trigger that was stuck. */
    TRIGGER_REPAIRED,
    /** A process's clock is too far from the database's. */
    CLOCK_SKEWED,
    /** A schedule cannot fire, or the data that it waits for cannot be looked for. */
    SCHEDULE_TROUBLED,
    /** All schedules were removed: their folder held no file. */
    SCHEDULES_REMOVED
}
