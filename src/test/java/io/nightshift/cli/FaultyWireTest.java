package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.FaultProxy;
import io.nightshift.FaultProxy.Fault;
import io.nightshift.FaultProxy.Strike;
import io.nightshift.PostgresServer;
import io.nightshift.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A run whose wire to its databases fails: it ends without help, or fails whole and is restarted; no row is lost or doubled. */
class FaultyWireTest {

    private static final int ROWS = 20_000;
    private static final int STRIKES = 3;

    /** As {@link SmallJob#onServers} has it. */
    private static final Duration SOCKET = Duration.ofSeconds(4);

    private static final Duration STATEMENT = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Fault.class)
    void losesAndDoublesNothing(Fault fault) throws Exception {
        rounds(1, fault);
    }

    @Test
    @Tag("slow")
    void losesAndDoublesNothingInManyRounds() throws Exception {
        rounds(60, Fault.values());
    }

    private void rounds(int rounds, Fault... faults) throws Exception {
        Seed seed = Seed.next();
        System.out.println("FaultyWireTest " + seed);
        Random random = seed.random();
        String results = PostgresServer.newDatabase();
        String metadata = PostgresServer.newDatabase();
        try (FaultProxy wire = new FaultProxy(results)) {
            SmallJob job = SmallJob.in(folder)
                    .input("select i as id, i::double as x from range(" + ROWS + ") t(i)")
                    .onServers(wire.url(results), wire.url(metadata))
                    .definition("compute: {batch_rows: 256, chunk_rows: 1024}\n");
            assertThat(job.command("runs").exitCode()).as("makes the tables").isZero();
            wire.strike(List.of());
            job.completes();
            int messages = wire.messages();
            int commits = wire.commits();
            for (int round = 0; round < rounds; round++) {
                List<Strike> strikes = Stream.generate(() -> strike(random, messages, commits, faults))
                        .limit(STRIKES)
                        .toList();
                // Runs that are made in one moment have no order.
                job.at(Instant.parse("2026-03-02T00:00:00Z")
                        .plus(Duration.ofMinutes(round))
                        .toString());
                wire.strike(strikes);
                CommandRun run = job.run();
                int left = wire.left();
                wire.strike(List.of());
                String what = seed + " round " + round + " " + strikes + ", left " + left + ": " + run;
                assertThat(left).as(what).isLessThan(STRIKES);
                if (run.exitCode() != 0) {
                    restart(job, what);
                }
                assertThat(job.rows(
                                "select count(*), count(distinct id), sum(id), count(case when score = id then 1 end)"
                                        + " from small_current"))
                        .as(what)
                        .containsExactly(List.of(
                                Integer.toString(ROWS),
                                Integer.toString(ROWS),
                                Long.toString((long) ROWS * (ROWS - 1) / 2),
                                Integer.toString(ROWS)));
                assertThat(job.rows("select distinct run_id from small_current"))
                        .as(what)
                        .containsExactly(List.of(job.newestRun().get("run").asString()));
                assertThat(job.rows("select sum(rows_read), sum(rows_predicted) from nightshift_chunk where run_id ="
                                + " (select distinct run_id from small_current)"))
                        .as(what)
                        .containsExactly(List.of(Integer.toString(ROWS), Integer.toString(ROWS)));
            }
        }
    }

    /** With every connection dead in the midst of a run, and no word of it: all are noticed in the time that the network is waited for. */
    @Test
    void aDeadNetworkIsNoticedInItsTime() throws Exception {
        String results = PostgresServer.newDatabase();
        String metadata = PostgresServer.newDatabase();
        try (FaultProxy wire = new FaultProxy(results)) {
            SmallJob job = SmallJob.in(folder)
                    .input("select i as id, i::double as x from range(" + ROWS + ") t(i)")
                    .onServers(wire.url(results), wire.url(metadata))
                    .definition("compute: {threads: 2, batch_rows: 256, chunk_rows: 512}\n");
            assertThat(job.command("runs").exitCode()).as("makes the tables").isZero();
            wire.strike(List.of());
            job.completes();
            wire.strike(List.of(new Strike(Fault.CUT, wire.messages() / 2)));
            CommandRun ended = job.run();
            assertThat(wire.left()).as("cuts that did not happen").isZero();
            // An answer that is never heard may have been waited for as long as a statement takes.
            assertThat(Duration.ofNanos(System.nanoTime() - wire.struck()))
                    .isBetween(SOCKET.minus(STATEMENT), SOCKET.plusSeconds(15));
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(job.rows("select count(*), count(distinct id) from small_current"))
                    .containsExactly(List.of(Integer.toString(ROWS), Integer.toString(ROWS)));
        }
    }

    private static Strike strike(Random random, int messages, int commits, Fault... faults) {
        Fault fault = faults[random.nextInt(faults.length)];
        return new Strike(fault, random.nextInt((fault == Fault.COMMIT_ANSWER_LOST ? commits : messages) / STRIKES));
    }

    /** Goes on as an operator would. */
    private static void restart(SmallJob job, String what) {
        JsonNode newest = job.settledRun(what);
        if (newest.get("state").asString().equals("FAILED")) {
            CommandRun restart =
                    job.command("--output", "json", "restart", newest.get("run").asString());
            assertThat(restart.exitCode()).as(what + restart).isZero();
        }
    }
}
