package io.nightshift.schedule;

import io.nightshift.NightshiftProcess;
import io.nightshift.Seed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that fire from one database, some of which are killed or stand still: each planned fire is in the log once. */
class ClusterTest {

    private static final int NODES = 3;
    private static final String FIRES = "select count(*) from nightshift_fire";

    @TempDir
    Path folder;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();
    private final List<NightshiftProcess> nodes = new ArrayList<>();

    @AfterEach
    void killAll() throws Exception {
        for (NightshiftProcess node : nodes) {
            node.killAfter(0);
        }
    }

    @Test
    void aKilledProcessLosesAndDoublesNothing() throws Exception {
        trial(50, 1, 400, 1);
    }

    @Test
    @Tag("slow")
    void killedAndFrozenProcessesLoseAndDoubleNothing() throws Exception {
        trial(1000, 20, 20_000, 20);
    }

    @Test
    @Tag("slow")
    void manyKilledAndFrozenProcessesLoseAndDoubleNothing() throws Exception {
        trial(1000, 20, 100_000, 60);
    }

    /** @param seconds between the fires of a schedule, so that no more are due than a busy machine hands over: else it never catches up */
    private void trial(int schedules, int seconds, int fires, int strikes) throws Exception {
        System.out.println("ClusterTest " + schedules + " schedules, " + fires + " fires, " + seed);
        ServiceFolder service = ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS);
        service.schedules(schedules, "every: " + seconds + "s");
        FireAudit audit = new FireAudit(service.database());
        for (int i = 0; i < NODES; i++) {
            nodes.add(service.serve());
        }
        audit.awaitAtLeast("fires", 300, FIRES, 1);
        long begin = System.nanoTime();
        int frozen = 0;
        for (int strike = 1; strike <= strikes; strike++) {
            audit.awaitAtLeast("fires", 600, FIRES, (long) fires * strike / (strikes + 1));
            int victim = random.nextInt(NODES);
            if (strikes == 1 || random.nextBoolean()) {
                nodes.get(victim).killAfter(0);
                nodes.set(victim, service.serve());
            } else {
                frozen++;
                nodes.get(victim).signal("STOP");
                LockSupport.parkNanos(random.nextLong(12_000_000_000L));
                nodes.get(victim).signal("CONT");
            }
        }
        audit.awaitAtLeast("fires", 600, FIRES, fires);
        Instant until = Instant.now();
        double took = (System.nanoTime() - begin) / 1e9;
        audit.awaitPlannedUntil(until, 300);
        int audited = audit.requireEachOnce(until, seed.toString());
        System.out.printf(
                "%d fires, each once; %s; %.0f s, %.0f fires/s; %d killed, %d frozen%n",
                audited, audit.outcomes(), took, audited / took, strikes - frozen, frozen);
    }
}
