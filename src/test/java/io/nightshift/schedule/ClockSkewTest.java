package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Seed;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.AlertLog;
import io.nightshift.queue.NodeStatus;
import io.nightshift.queue.Nodes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes whose clock is off the database's: they fire nothing, say so, and what others fire is as planned. */
class ClockSkewTest {

    private static final String FIRES = "select count(*) from nightshift_fire";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {6, -6, 3600, -3600})
    void aProcessWhoseClockIsOffFiresNothing(long seconds) throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, "");
        service.schedules(3, "every: 1s");
        FireAudit audit = new FireAudit(service.database());
        try (ServingNode off = ServingNode.start(service, "off", new ShiftedClock(Duration.ofSeconds(seconds)))) {
            off.work();
            assertThat(audit.count("select count(*) from nightshift_schedule"))
                    .as("nothing is applied by its clock")
                    .isZero();
            assertThat(off.bean(Nodes.class).list())
                    .extracting(NodeStatus::idleReason)
                    .singleElement()
                    .asString()
                    .contains("ms off the database's");
            assertThat(off.bean(AlertLog.class).list(null, 10))
                    .extracting(AlertLog.Entry::kind)
                    .containsExactly(AlertKind.CLOCK_SKEWED);
            try (ServingNode right = ServingNode.start(service, "right", Clock.systemUTC())) {
                audit.awaitAtLeast("fires", 30, FIRES, 12);
                Instant until = Instant.now();
                audit.awaitPlannedUntil(until, 10);
                audit.requireEachOnce(until, seconds + " s off");
                assertThat(audit.count("select count(*) from nightshift_fire where recorded_at > current_timestamp"
                                + " + interval '1' second"))
                        .isZero();
                assertThat(audit.count("select count(*) from nightshift_run where state <> 'QUEUED'"))
                        .as("runs that the process which is off has taken")
                        .isZero();
            }
        }
    }

    @Test
    void aClockThatJumpsDoublesNothing() throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        ServiceFolder service = ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS);
        service.schedules(5, "every: 1s");
        FireAudit audit = new FireAudit(service.database());
        ShiftedClock clock = new ShiftedClock(Duration.ZERO);
        try (ServingNode node = ServingNode.start(service, "jumps", clock)) {
            audit.awaitAtLeast("fires", 30, FIRES, 1);
            for (int jump = 0; jump < 12; jump++) {
                clock.shift(Duration.ofSeconds(10L * (random.nextInt(3) - 1)));
                LockSupport.parkNanos(random.nextLong(1_000_000_000L));
            }
            clock.shift(Duration.ofHours(1));
            assertThat(node.bean(io.nightshift.queue.NodeKeeper.class).idleReason())
                    .as("before it asks the database")
                    .matches("its clock is (3599|3600)\\d{3} ms off the database's");
            LockSupport.parkNanos(1_000_000_000L);
            clock.shift(Duration.ZERO);
            Instant until = Instant.now().plusSeconds(1);
            audit.awaitPlannedUntil(until, 60);
            audit.requireEachOnce(until, seed.toString());
            assertThat(audit.count("select count(*) from nightshift_fire where fire_time > current_timestamp"
                            + " + interval '15' second"))
                    .as("of the hour ahead nothing is fired, %s", seed)
                    .isZero();
        }
    }
}
