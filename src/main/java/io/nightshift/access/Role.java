package io.nightshift.access;

/** What the holder of a token may do. Each role may do what those before it may. */
public enum Role {
    /** Look at everything, change nothing. */
    VIEWER,
    /** Launch, stop, restart and publish runs; pause, resume and fire schedules. */
    OPERATOR;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
