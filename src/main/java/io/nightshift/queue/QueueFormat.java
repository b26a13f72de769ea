package io.nightshift.queue;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the section {@code queue} of the configuration file is written. */
final class QueueFormat {

    private static final int MOST_WORKERS = 64;
    private static final long MOST_RUNS = 10_000;
    private static final long MOST_WAITING = 1_000_000;
    private static final Duration LONGEST_GRACE = Duration.ofHours(1);

    private static final Key<Long> WORKERS = Key.optional(
            "workers",
            Formats.integer(0, MOST_WORKERS),
            (long) QueueLimits.DEFAULT.workers(),
            String.valueOf(QueueLimits.DEFAULT.workers()),
            "Runs that a process that serves works on at once; with 0 it fires and answers only.");
    private static final Key<Long> RUNS = Key.optional(
            "runs",
            Formats.integer(1, MOST_RUNS),
            "Runs of all processes at once. Default: as many as there are workers.");
    private static final Key<Long> RUNS_PER_JOB = Key.optional(
            "runs_per_job",
            Formats.integer(1, MOST_RUNS),
            (long) QueueLimits.DEFAULT.runsPerJob(),
            String.valueOf(QueueLimits.DEFAULT.runsPerJob()),
            "Runs of a job at once. Two runs with the same parameters are never worked on at once.");
    private static final Key<Map<String, Long>> RUNS_PER_DEVICE = Key.optional(
            "runs_per_device",
            Formats.mapOf(Pattern.compile("auto|cpu|gpu"), "a device of compute.device", Formats.integer(1, MOST_RUNS)),
            Map.of("gpu", 1L),
            "{gpu: 1}",
            "Runs at once by the device that their job asks for: auto, cpu, gpu.");
    private static final Key<Long> WAITING = Key.optional(
            "most_waiting",
            Formats.integer(1, MOST_WAITING),
            (long) QueueLimits.DEFAULT.mostWaiting(),
            String.valueOf(QueueLimits.DEFAULT.mostWaiting()),
            "Runs that may wait. A launch or a fire beyond is refused with QUEUE_FULL; runs for another attempt always wait.");
    private static final Key<Long> WAITING_PER_JOB = Key.optional(
            "most_waiting_per_job",
            Formats.integer(1, MOST_WAITING),
            (long) QueueLimits.DEFAULT.mostWaitingPerJob(),
            String.valueOf(QueueLimits.DEFAULT.mostWaitingPerJob()),
            "Runs of a job that may wait.");
    private static final Key<Duration> GRACE = Key.optional(
            "grace",
            Formats.duration(Duration.ofSeconds(1), LONGEST_GRACE),
            QueueLimits.DEFAULT.grace(),
            "1m",
            "How long a process that is told to end waits for the chunks in hand.");

    private static final Key<QueueLimits> QUEUE = Key.optional(
            "queue",
            MappingFormat.of(
                    "the queue",
                    List.of(WORKERS, RUNS, RUNS_PER_JOB, RUNS_PER_DEVICE, WAITING, WAITING_PER_JOB, GRACE),
                    QueueFormat::bind),
            QueueLimits.DEFAULT,
            "",
            "How much a process that serves does at once.");

    static final Section<QueueLimits> SECTION = new Section<>(List.of(QUEUE), keys -> keys.get(QUEUE));

    private QueueFormat() {}

    private static QueueLimits bind(BoundMapping keys) {
        Long runs = keys.find(RUNS);
        return new QueueLimits(
                Math.toIntExact(keys.get(WORKERS)),
                runs == null ? Integer.MAX_VALUE : Math.toIntExact(runs),
                Math.toIntExact(keys.get(RUNS_PER_JOB)),
                keys.get(RUNS_PER_DEVICE).entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, limit -> Math.toIntExact(limit.getValue()))),
                Math.toIntExact(keys.get(WAITING)),
                Math.toIntExact(keys.get(WAITING_PER_JOB)),
                keys.get(GRACE));
    }
}
