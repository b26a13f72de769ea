package io.nightshift.queue;

import java.time.Duration;

/** Hears when the clock of this process turns out to be too far off. Thread-safe. */
public interface ClockWatch {

    /** @param skew the process's clock minus the database's */
    void off(String node, Duration skew);
}
