package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightshift.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A PostgreSQL server whose disk is full: a tablespace on a file system of a few megabytes. Needs the right to mount one, as root has;
 * without it the tests are skipped with what {@code mount} said.
 */
class ServerDiskTest {

    private static final int DISK_MEGABYTES = 48;
    private static final int ROWS = 40_000;
    private static final int LEFT_KILOBYTES = 1500;

    @TempDir
    Path folder;

    private String base = "";
    private String results = "";
    private Path disk = Path.of("");
    private boolean mounted;

    @BeforeEach
    void makeSmallDisk() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        Process mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "nightshift", disk.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(mount.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        mounted = mount.waitFor() == 0;
        assumeTrue(mounted, "a small file system cannot be mounted here: " + said);
        base = PostgresServer.newDatabase();
        Path space = Files.createDirectory(disk.resolve("space"));
        execute(base, "create tablespace small location '" + space + "'");
        execute(base, "create database small_disk tablespace small");
        results = base.substring(0, base.lastIndexOf('/')) + "/small_disk";
    }

    @AfterEach
    void takeDiskAway() throws Exception {
        if (mounted) {
            try {
                execute(base, "drop database if exists small_disk with (force)");
                execute(base, "drop tablespace if exists small");
            } finally {
                assertThat(new ProcessBuilder("umount", "--lazy", disk.toString())
                                .start()
                                .waitFor())
                        .isZero();
            }
        }
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "")) {
            return number(connection, sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Rows of about a hundred bytes: four megabytes in all. */
    private SmallJob job() {
        return SmallJob.in(folder)
                .definition("output: {table: small, keep: [note]}\n"
                        + "compute: {threads: 2, batch_rows: 512, chunk_rows: 4096}\n");
    }

    private static void rows(SmallJob job, int count) {
        job.input("select i as id, i::double as x, repeat('n', 60) || i as note from range(" + count + ") t(i)");
    }

    /** Takes all room of the disk but a little. */
    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        long bytes = disk.toFile().getUsableSpace() - LEFT_KILOBYTES * 1024L;
        try (var out = Files.newOutputStream(filler)) {
            byte[] some = new byte[65_536];
            for (long written = 0; written < bytes; written += some.length) {
                out.write(some);
            }
        }
        return filler;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunThatFillsItIsRestartedOnceThereIsRoom(boolean recordOnIt) throws Exception {
        SmallJob job = job();
        if (recordOnIt) {
            job.onServer(results);
        } else {
            job.onServers(results, base);
        }
        rows(job, 1000);
        String first = job.at("2026-03-02T02:00:00Z").completes().get("run").asString();
        rows(job, ROWS);
        Path filler;
        // A server with a full disk may refuse new sessions; the readers that are there go on.
        try (Connection reader = DriverManager.getConnection(results, "postgres", "")) {
            filler = fill();

            CommandRun run = job.at("2026-03-03T02:00:00Z").run();
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
            JsonNode error = run.errJson();
            assertThat(error.get("code").asString()).as(run.err()).isEqualTo("DISK_FULL");
            assertThat(error.get("message").asString())
                    .contains("the disk of the result database is full", "No space left on device")
                    .contains("it is the server's disk, not that of this machine", "nothing was published");
            assertThat(number(reader, "select count(*) from small_current")).isEqualTo(1000);
            assertThat(text(reader, "select distinct run_id from small_current"))
                    .isEqualTo(first);
        }

        Files.delete(filler);
        JsonNode failed = job.settledRun("a run on a full disk ");
        assertThat(failed.get("state").asString()).isEqualTo("FAILED");
        CommandRun restart =
                job.command("--output", "json", "restart", failed.get("run").asString());
        assertThat(restart.exitCode()).as(restart.out() + restart.err()).isZero();
        assertThat(number(results, "select count(*) from small_current")).isEqualTo(ROWS);
        assertThat(number(results, "select count(distinct id) from small_current"))
                .isEqualTo(ROWS);
        assertThat(number(
                        results,
                        "select sum(rows_read) from nightshift_chunk where run_id = '"
                                + failed.get("run").asString() + "'"))
                .isEqualTo(ROWS);
    }

    @Test
    void aMergeThatFillsItLeavesTheValuesThatWereThere() throws Exception {
        SmallJob job = job().definition("output: {table: small, keep: [note], mode: upsert}\n"
                        + "compute: {threads: 2, batch_rows: 512, chunk_rows: 4096}\n")
                .onServers(results, base);
        rows(job, 1000);
        String first = job.at("2026-03-02T02:00:00Z").completes().get("run").asString();
        rows(job, ROWS);
        // The staged rows find room, the merge does not.
        execute(results, """
                create function trouble() returns trigger language plpgsql as $$
                begin
                  perform pg_advisory_xact_lock(42);
                  return null;
                end $$;
                create trigger trouble before insert on small_current for each statement execute function trouble();
                """);
        Path filler;
        CommandRun run;
        try (Connection gate = DriverManager.getConnection(results, "postgres", "")) {
            gate.createStatement().execute("select pg_advisory_lock(42)");
            job.configuration("databases:\n  a: {url: '" + results + "', user: postgres}\n  b: {url: '" + base
                    + "', user: postgres}\nresults: a\nmetadata: b\nlease: 2s\n");
            var running = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> job.at("2026-03-03T02:00:00Z").run());
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (number(results, "select count(*) from pg_locks where not granted and locktype = 'advisory'") == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                assertThat(running.isDone()).as("the run is in work").isFalse();
            }
            filler = fill();
            gate.createStatement().execute("select pg_advisory_unlock(42)");
            run = running.get();
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
            assertThat(run.errJson().get("code").asString()).isEqualTo("DISK_FULL");
            assertThat(run.errJson().get("message").asString())
                    .contains("it is the server's disk", ROWS + " rows in 10 chunks are committed and kept");
            assertThat(number(gate, "select count(*) from small_current")).isEqualTo(1000);
            assertThat(text(gate, "select distinct run_id from small_current")).isEqualTo(first);
        }

        Files.delete(filler);
        String second = run.outJson().get("run").asString();
        CommandRun restart = job.command("--output", "json", "restart", second);
        assertThat(restart.exitCode()).as(restart.out() + restart.err()).isZero();
        assertThat(restart.outJson().get("metrics").get("rows_scored").asLong()).isZero();
        assertThat(job.rows("select run_id, count(*) from small_current group by run_id"))
                .containsExactly(List.of(second, Integer.toString(ROWS)));
    }
}
