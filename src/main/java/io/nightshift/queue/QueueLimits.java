package io.nightshift.queue;

import io.nightshift.definition.Section;
import java.time.Duration;
import java.util.Map;

/**
 * How much is done at once.
 *
 * @param workers runs that this process works on at once
 * @param runs runs of all processes at once
 * @param runsPerJob runs of a job at once
 * @param runsPerDevice runs at once by device: {@code cpu}, {@code gpu}; a device that is not here has no limit
 * @param mostWaiting runs that may wait; a submission beyond is refused
 * @param mostWaitingPerJob runs of a job that may wait
 * @param grace how long a process that is to end waits for the chunks in hand
 */
public record QueueLimits(
        int workers,
        int runs,
        int runsPerJob,
        Map<String, Integer> runsPerDevice,
        int mostWaiting,
        int mostWaitingPerJob,
        Duration grace) {

    /** What holds where no file says otherwise. */
    public static final QueueLimits DEFAULT =
            new QueueLimits(1, Integer.MAX_VALUE, 1, Map.of("gpu", 1), 20_000, 10_000, Duration.ofSeconds(60));

    /** The section {@code queue} of the configuration file. */
    public static final Section<QueueLimits> SECTION = QueueFormat.SECTION;

    public QueueLimits {
        runsPerDevice = Map.copyOf(runsPerDevice);
    }
}
