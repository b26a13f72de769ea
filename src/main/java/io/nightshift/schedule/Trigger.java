package io.nightshift.schedule;

import io.nightshift.timing.Timing;
import java.time.Duration;
import java.util.List;

/** What makes a schedule due. Immutable. */
public sealed interface Trigger {

    /** Moments that are known beforehand. */
    record Timed(Timing timing) implements Trigger {}

    /**
     * The success of other jobs for the same logical date.
     *
     * @param jobs all of which must have succeeded
     */
    record After(List<String> jobs) implements Trigger {

        public After {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * Data that arrives.
     *
     * @param checkEvery how often it is looked for
     */
    record Arrival(Source source, Duration checkEvery) implements Trigger {}

    /** Where data is looked for. */
    sealed interface Source {}

    /** A file or folder that appears or becomes newer. */
    record Marker(String path) implements Source {}

    /** Folders that appear in a folder, or under a glob. */
    record Partition(String path) implements Source {}

    /**
     * One value, a row count or a largest key, that changes.
     *
     * @param database the name of a database in the configuration
     */
    record Query(String database, String sql) implements Source {}
}
