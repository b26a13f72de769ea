package io.nightshift.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import io.nightshift.Seed;
import io.nightshift.cli.SmallJob;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RunEvent;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.onnx.OnnxBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are stopped at any moment and restarted as soon as that is allowed: two attempts of a run never work at once, and what
 * the last of them publishes is what an uninterrupted run gives.
 */
final class StopRestartTest {

    private static final int ROWS = 49_152;
    private static final int THREADS = 2;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);

    @TempDir
    Path folder;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();
    private final List<WorkingNode> nodes = new ArrayList<>();
    private final List<Duration> stops = new ArrayList<>();
    private SmallJob job;
    private int refusals;
    private int submitted;
    private int turn;

    @AfterEach
    void close() throws Exception {
        for (WorkingNode node : nodes) {
            node.close();
        }
    }

    @Test
    void embedded() throws Exception {
        rounds(5, false);
    }

    @Test
    void onAServerThatTwoNodesShare() throws Exception {
        rounds(5, true);
    }

    @Test
    @Tag("slow")
    void manyEmbedded() throws Exception {
        rounds(200, false);
    }

    @Test
    @Tag("slow")
    void manyOnAServerThatTwoNodesShare() throws Exception {
        rounds(200, true);
    }

    private void rounds(int rounds, boolean server) throws Exception {
        System.out.println("StopRestartTest " + rounds + " rounds, server " + server + ", " + seed);
        start(server);
        WorkSampler sampler = new WorkSampler();
        RunId run = submit();
        int round = 0;
        while (round < rounds) {
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(2000)));
            if (stop(run) && restart(run)) {
                round++;
            } else {
                requireWhole(run);
                run = submit();
            }
        }
        awaitComplete(run);
        sampler.close();
        assertThat(sampler.mostAttempts()).as("attempts at once, %s", seed).isEqualTo(1);
        // Beside a server up to twice as many as score.
        assertThat(sampler.mostWorkers())
                .as("workers at once, %s", seed)
                .isBetween((long) THREADS, server ? 2L * THREADS : THREADS);
        requireWhole(run);
        assertThat(refusals).as("restarts that came too early").isPositive();
        stops.sort(null);
        System.out.printf(
                "%d runs stopped and restarted %d times, %d restarts refused before; a stop took %d ms (median), %d ms (p99)%n",
                submitted,
                rounds,
                refusals,
                stops.get(stops.size() / 2).toMillis(),
                stops.get(stops.size() * 99 / 100).toMillis());
    }

    private void start(boolean server) throws Exception {
        job = SmallJob.in(folder)
                .input("select i as id, i::double as x from range(" + ROWS + ") t(i)")
                .model(costlyEcho(), SmallJob.SIGNATURE)
                .definition("output: {table: small, parquet: '" + folder.resolve("results") + "'}\ncompute: {threads: "
                        + THREADS + ", batch_rows: 256, chunk_rows: 1024}\n");
        Path configuration = folder.resolve("nightshift.yaml");
        Files.writeString(
                configuration,
                server
                        ? "databases: {server: {url: '" + PostgresServer.newDatabase()
                                + "', user: postgres}}\nmetadata: server\nlease: 5s\nqueue: {workers: 2}\n"
                        : "queue: {workers: 2}\n");
        for (int i = 0; i < (server ? 2 : 1); i++) {
            nodes.add(WorkingNode.start(configuration, folder.resolve("home-" + i)));
        }
    }

    /** Gives {@code score = x}, and takes a while for each row: products with a matrix that changes nothing. */
    private static OnnxBytes costlyEcho() {
        int width = 256;
        float[] unit = new float[width * width];
        float[] first = new float[width];
        first[0] = 1;
        for (int i = 0; i < width; i++) {
            unit[i * width + i] = 1;
        }
        OnnxBytes graph = OnnxBytes.graph()
                .constant("spread", new int[] {1, width}, first)
                .constant("unit", new int[] {width, width}, unit)
                .constant("gather", new int[] {width, 1}, first)
                .node("MatMul", "", "features spread", "product0");
        int products = 16;
        for (int i = 0; i < products; i++) {
            graph.node("MatMul", "", "product" + i + " unit", "product" + (i + 1));
        }
        return graph.node("MatMul", "", "product" + products + " gather", "score");
    }

    private RunId submit() {
        JobFile.Launch launch =
                JobFile.Launch.on(LocalDate.of(2001, 1, 1).plusDays(submitted++).atStartOfDay());
        return queue().submit(
                        Submission.byHand(
                                JobFile.load(job.file).resolve(launch), launch.logicalDate(), Map.of(), "ann", 5),
                        "ann")
                .id();
    }

    /** Asks for the end of the run. Returns false where it was complete before. */
    private boolean stop(RunId run) {
        long until = System.nanoTime() + DEADLINE_NANOS;
        while (System.nanoTime() < until) {
            try {
                queue().stop(record(run), "ann", "stopped by the test");
                return true;
            } catch (NightshiftException e) {
                assertThat(e.code()).isEqualTo(FailureCode.STATE_CONFLICT);
                if (record(run).state() == RunState.COMPLETED) {
                    return false;
                }
            }
        }
        throw new AssertionError("run " + run + " can neither be stopped nor completes, " + seed);
    }

    /**
     * Restarts the run by any node, at once or after a moment, until that is accepted. Returns false where it was complete before it
     * heard of the stop.
     */
    private boolean restart(RunId run) {
        if (random.nextBoolean()) {
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(500)));
        }
        long until = System.nanoTime() + DEADLINE_NANOS;
        while (System.nanoTime() < until) {
            try {
                queue().restart(record(run), "ann");
                return true;
            } catch (NightshiftException e) {
                if (record(run).state() == RunState.COMPLETED) {
                    return false;
                }
                assertThat(e.code()).as("%s, %s", e.getMessage(), seed).isEqualTo(FailureCode.ALREADY_RUNNING);
                refusals++;
            }
        }
        throw new AssertionError("run " + run + " cannot be restarted: " + record(run) + ", " + seed);
    }

    private void awaitComplete(RunId run) {
        long until = System.nanoTime() + DEADLINE_NANOS;
        while (record(run).state() != RunState.COMPLETED) {
            assertThat(System.nanoTime()).as("%s, %s", record(run), seed).isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** The complete run has each row once, and its attempts followed each other. */
    private void requireWhole(RunId run) throws Exception {
        String as = run + ", " + seed;
        List<RunEvent> events = node().runs().events(run);
        requireOneAttemptAfterTheOther(run, events, as);
        String counts = "select count(*), count(distinct id), sum(case when score = id then 0 else 1 end) from ";
        List<Long> each = List.of((long) ROWS, (long) ROWS, 0L);
        assertThat(node().database()
                        .sql(counts + "small_current where run_id = ?")
                        .param(run.value())
                        .query((row, number) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
                        .single())
                .as(as)
                .isEqualTo(each);
        Path files = folder.resolve("results/run=" + run);
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet row = duck.createStatement()
                        .executeQuery(counts + "read_parquet('" + files + "/predictions/*.parquet')")) {
            row.next();
            assertThat(List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
                    .as(as)
                    .isEqualTo(each);
        }
        try (Stream<Path> staged = Files.walk(folder.resolve("results"))) {
            assertThat(staged.filter(path -> path.toString().contains("_staging/" + run)))
                    .as(as)
                    .isEmpty();
        }
        long started =
                events.stream().filter(event -> event.to() == RunState.RUNNING).count();
        // In one process, what a node logs while another ends its attempt is in the files of both.
        Set<String> logged = new HashSet<>();
        for (WorkingNode node : nodes) {
            Path log = node.log(run);
            if (Files.exists(log)) {
                Files.readAllLines(log).stream()
                        .filter(line -> line.endsWith(" state=RUNNING"))
                        .forEach(logged::add);
            }
        }
        assertThat(logged).as("attempts in the log, %s", as).hasSize((int) started);
    }

    private void requireOneAttemptAfterTheOther(RunId run, List<RunEvent> events, String as) {
        Instant ended = Instant.MIN;
        Instant asked = null;
        for (RunEvent event : events) {
            assertThat(event.to()).as("%s, %s", events, as).isNotEqualTo(RunState.FAILED);
            if (event.to() == RunState.RUNNING) {
                assertThat(event.at()).as("%s, %s", events, as).isAfterOrEqualTo(ended);
            } else if (event.to() == RunState.STOPPING) {
                asked = event.at();
            } else if (event.to() == RunState.STOPPED) {
                ended = event.at();
                if (event.from() == RunState.STOPPING && asked != null) {
                    stops.add(Duration.between(asked, ended));
                }
                requireCommittedWithin(run, event, as);
            }
        }
    }

    /** By the moments that the commits recorded themselves, no chunk of the attempt came after its end, and none of a later one before. */
    private void requireCommittedWithin(RunId run, RunEvent stopped, String as) {
        long strays = node().database()
                .sql("select count(*) from nightshift_chunk where run_id = ?"
                        + " and (attempt <= ? and committed_at > ? or attempt > ? and committed_at < ?)")
                .params(
                        run.value(),
                        stopped.attempt(),
                        Timestamp.from(stopped.at()),
                        stopped.attempt(),
                        Timestamp.from(stopped.at()))
                .query(Long.class)
                .single();
        assertThat(strays).as("chunks beyond %s, %s", stopped, as).isZero();
    }

    private RunRecord record(RunId run) {
        return node().runs().get(run);
    }

    private RunQueue queue() {
        return node().queue();
    }

    private WorkingNode node() {
        return nodes.get(turn++ % nodes.size());
    }
}
