package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A backfill whose processes are killed twice finishes with each day once, and live runs start at once meanwhile. */
final class BackfillKillTest {

    private static final Duration LIVE_DEADLINE = Duration.ofSeconds(10);
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(300);
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final int MOST_ROUNDS = 30;

    @TempDir
    Path folder;

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFewDays(boolean onServer) throws Exception {
        backfill(12, onServer);
    }

    @Test
    @Tag("slow")
    void halfAYearOnAServer() throws Exception {
        backfill(181, true);
    }

    @Test
    @Tag("slow")
    void halfAYearInAHome() throws Exception {
        backfill(181, false);
    }

    private void backfill(int days, boolean onServer) throws Exception {
        project(days, onServer);
        LocalDate first = LocalDate.of(2001, 1, 1);
        JsonNode asked = command(
                "backfill",
                "daily",
                "--from",
                first.toString(),
                "--to",
                first.plusDays(days - 1L).toString(),
                "--parallel",
                "2");
        assertThat(asked.get("dates").asInt()).isEqualTo(days);
        serveUntil(days / 3).killAfter(0);
        serveUntil(2 * days / 3).killAfter(0);
        String id = asked.get("backfill").asString();
        JsonNode shown = command("backfill", "show", id);
        for (int round = 0; round < MOST_ROUNDS && done(shown) < days; round++) {
            NightshiftProcess process = serve();
            awaitCompleted(days, process, ROUND_NANOS);
            process.signal("TERM");
            process.await();
            shown = command("backfill", "show", id);
        }
        assertThat(done(shown)).as("%s", shown).isEqualTo(days);
        List<JsonNode> daily = runs("daily");
        assertThat(daily)
                .hasSize(days)
                .allSatisfy(run -> assertThat(run.get("state").asString()).isEqualTo("COMPLETED"));
        assertThat(daily.stream()
                        .map(run -> run.get("parameters").get("day").asString())
                        .distinct())
                .hasSize(days);
        List<Duration> waits = liveWaits();
        assertThat(waits).isNotEmpty().allSatisfy(wait -> assertThat(wait).isLessThan(LIVE_DEADLINE));
        System.Logger log = System.getLogger(getClass().getName());
        log.log(
                System.Logger.Level.INFO,
                days + " days, server " + onServer + ": " + waits.size() + " live runs waited at most "
                        + waits.stream().max(Duration::compareTo).orElseThrow().toMillis() + " ms");
    }

    private record LiveRun(boolean counts, Instant queued, Instant running, Instant ended) {}

    /**
     * How long live runs waited for a worker, from when the live run before them had ended: their schedule lets one work at a time, and on a
     * busy machine they keep each other waiting. Those whose process was killed tell nothing.
     */
    private List<Duration> liveWaits() {
        List<LiveRun> live = new ArrayList<>();
        for (JsonNode run : runs("live")) {
            Map<String, Instant> moves = new HashMap<>();
            command("runs", "show", run.get("run").asString())
                    .get("events")
                    .forEach(event -> moves.put(
                            event.get("to").asString(),
                            Instant.parse(event.get("at").asString())));
            boolean complete = moves.containsKey("COMPLETED");
            if (complete && moves.containsKey("RUNNING")) {
                live.add(new LiveRun(
                        run.get("attempt").asInt() == 1,
                        moves.get("QUEUED"),
                        moves.get("RUNNING"),
                        moves.get("COMPLETED")));
            }
        }
        live.sort(Comparator.comparing(LiveRun::running));
        List<Duration> waits = new ArrayList<>();
        Instant free = Instant.MIN;
        for (LiveRun run : live) {
            if (run.counts()) {
                Instant from = run.queued().isAfter(free) ? run.queued() : free;
                waits.add(Duration.between(from, run.running()));
            }
            free = run.ended().isAfter(free) ? run.ended() : free;
        }
        return waits;
    }

    private List<JsonNode> runs(String job) {
        return StreamSupport.stream(
                        command("runs", "--job", job, "--limit", "1000")
                                .get("runs")
                                .spliterator(),
                        false)
                .toList();
    }

    private static int done(JsonNode shown) {
        return shown.get("counts").get("done").asInt();
    }

    private NightshiftProcess serve() {
        return NightshiftProcess.startIn(
                folder,
                folder.resolve("home"),
                List.of(),
                "--config",
                configuration().toString(),
                "serve",
                "--port",
                "0");
    }

    /** Serves until so many runs of the backfill are complete, which their logs say on any database. */
    private NightshiftProcess serveUntil(int complete) throws IOException {
        NightshiftProcess process = serve();
        assertThat(awaitCompleted(complete, process, DEADLINE_NANOS))
                .as("%d of %d", completed(), complete)
                .isTrue();
        return process;
    }

    /** Whether the logs say so in time. That of a run whose process was killed may lack its last line. */
    private boolean awaitCompleted(int complete, NightshiftProcess process, long nanos) throws IOException {
        long until = System.nanoTime() + nanos;
        while (completed() < complete) {
            assertThat(failures()).isEmpty();
            assertThat(process.isAlive()).as(process.errorsSoFar()).isTrue();
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return true;
    }

    private List<String> failures() throws IOException {
        Path logs = folder.resolve("home/logs");
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(logs)) {
            return files.flatMap(BackfillKillTest::lines)
                    .filter(line -> line.contains(" state=FAILED"))
                    .filter(line -> !line.contains("OWNER_LOST"))
                    .toList();
        }
    }

    private static Stream<String> lines(Path log) {
        try {
            return Files.readString(log).lines();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private long completed() throws IOException {
        Path logs = folder.resolve("home/logs");
        if (!Files.isDirectory(logs)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(BackfillKillTest::isCompleteDay).count();
        }
    }

    private static boolean isCompleteDay(Path log) {
        try {
            // The log of a run has lines of others that this process worked on.
            String run = "run=" + log.getFileName().toString().replace(".log", "") + " ";
            String text = Files.readString(log);
            return text.contains(run + "name=daily/") && text.contains(run + "state=COMPLETED");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonNode command(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--output", "json"));
        all.addAll(List.of(arguments));
        if (arguments[0].equals("backfill") && arguments[1].equals("daily")) {
            all.set(all.indexOf("daily"), folder.resolve("jobs/daily.yaml").toString());
        }
        CommandRun run = CommandRun.of(
                Map.of(
                        "NIGHTSHIFT_HOME",
                        folder.resolve("home").toString(),
                        "NIGHTSHIFT_CONFIG",
                        configuration().toString()),
                all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.outJson();
    }

    private Path configuration() {
        return folder.resolve("nightshift.yaml");
    }

    private void project(int days, boolean onServer) throws IOException {
        SmallJob small = SmallJob.in(folder);
        small.input("select i as id, i::double as x, (date '2001-01-01' + (i % " + days + ")::int) as day from range("
                + days * 20 + ") t(i)");
        Files.writeString(
                configuration(),
                "queue: {workers: 3, runs_per_job: 2}\n"
                        + (onServer
                                ? "databases: {server: {url: '" + PostgresServer.newDatabase()
                                        + "', user: postgres}}\nmetadata: server\nlease: 2s\n"
                                : ""));
        String source = "source: {parquet: {path: '" + small.input + "', where: ["
                + "{column: day, from: '${day}', before: '${day + 1d}'}]}}\nkey: [id]\nmodel: '" + small.model + "'\n";
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        String parameter = "parameters: {day: {type: date, default: '${logical_date}'}}\n";
        Files.writeString(jobs.resolve("daily.yaml"), "job: daily\n" + parameter + source + "output: {table: daily}\n");
        Files.writeString(
                jobs.resolve("live.yaml"),
                "job: live\n" + parameter + source.replaceAll(", where: \\[.*?]", "") + "output: {table: live}\n");
        Files.writeString(
                Files.createDirectories(folder.resolve("schedules")).resolve("live.yaml"),
                "schedule: live\njob: live\nevery: 3s\n");
    }
}
