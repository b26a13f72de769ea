package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long it takes until a thousand schedules that are due in one second have their runs in the queue. Prints; asserts that all do. */
@Tag("slow")
class HandOverBenchmark {

    private static final int SCHEDULES = 1000;
    private static final int START_SECONDS = 35;
    private static final int PAUSE_SECONDS = 12;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aThousandDueAtOnce(int nodes) throws Exception {
        ServiceFolder service = nodes == 0 ? ServiceFolder.embedded(folder, "") : ServiceFolder.onPostgres(folder, "");
        List<String> times = new ArrayList<>();
        Instant first = Instant.now().plusSeconds(START_SECONDS).truncatedTo(ChronoUnit.SECONDS);
        for (int round = 0; round < 3; round++) {
            times.add(first.plusSeconds((long) PAUSE_SECONDS * round).toString().replace("Z", ""));
        }
        service.schedules(SCHEDULES, "at: [" + String.join(", ", times) + "]\ntime_zone: UTC");
        List<ServingNode> serving = new ArrayList<>();
        try {
            for (int i = 0; i < Math.max(1, nodes); i++) {
                serving.add(ServingNode.start(service, "home-" + i, Clock.systemUTC()));
            }
            System.out.println("armed " + Duration.between(Instant.now(), first) + " before");
            for (int round = 0; round < times.size(); round++) {
                Instant due = first.plusSeconds((long) PAUSE_SECONDS * round);
                List<Fire> fires = awaitFires(serving.get(0).bean(FireLog.class), due);
                List<Long> delays = fires.stream()
                        .map(fire -> Duration.between(fire.fireTime(), fire.recordedAt())
                                .toMillis())
                        .sorted()
                        .toList();
                System.out.printf(
                        "%s node(s): %d queued within %d ms; hand-over p50 %d ms, p99 %d ms%n",
                        nodes == 0 ? "embedded, 1" : nodes,
                        fires.size(),
                        delays.get(SCHEDULES - 1),
                        delays.get(SCHEDULES / 2),
                        delays.get(SCHEDULES * 99 / 100));
                assertThat(fires).extracting(Fire::outcome).containsOnly(FireOutcome.FIRED);
            }
        } finally {
            for (ServingNode node : serving) {
                node.close();
            }
        }
    }

    private static List<Fire> awaitFires(FireLog log, Instant due) {
        List<Fire> fires = List.of();
        while (fires.size() < SCHEDULES && Instant.now().isBefore(due.plusSeconds(60))) {
            LockSupport.parkNanos(50_000_000);
            fires = log.list(new FireFilter(null, null, due, due, null, SCHEDULES));
        }
        return fires;
    }
}
