package io.nightshift.run;

/**
 * Runs that one process may work on at the same time, which share its pools of connections.
 *
 * @param count at least 1
 */
public record RunsAtOnce(int count) {

    public RunsAtOnce {
        if (count < 1) {
            throw new IllegalArgumentException("no run can be at work: " + count);
        }
    }
}
