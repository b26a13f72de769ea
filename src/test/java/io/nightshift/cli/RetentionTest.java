package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Results that a job no longer keeps go, and nothing else does. */
final class RetentionTest {

    private static final String SETTINGS = """
            rejects: {max_rows: 1000, max_share: 100%}
            aggregates: [{name: by_g, group_by: [g], measures: {n: {count: '*'}}}]
            compute: {threads: 1, batch_rows: 64, chunk_rows: 128}
            """;
    private static final int PREDICTED = 701;

    @TempDir
    Path folder;

    private SmallJob job;
    private @Nullable String url;
    /** Of the record of runs, where that is in another database. */
    private @Nullable String metadata;

    private void job(boolean server, String keep) {
        job = SmallJob.in(folder)
                .signature(SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, 700]}"));
        if (server) {
            url = PostgresServer.newDatabase();
            job.onServer(url);
        }
        define("output: {keep: [g], table: small, parquet: '" + results() + "'}\n", keep);
    }

    private void jobOnTwoServers(String keep) {
        job(true, keep);
        metadata = PostgresServer.newDatabase();
        job.onServers(String.valueOf(url), metadata);
    }

    private void define(String output, String keep) {
        job.definition(output + SETTINGS + keep + "\n");
    }

    private Path results() {
        return folder.resolve("results");
    }

    private Path results(String run) {
        return results().resolve("run=" + run);
    }

    /** A run of a day in March with keys of its own: {@code day * 1000 + i}, of which 701 are predicted with the score i. */
    private String run(int day) {
        return job.at(time(day)).input(rows(day)).completes().get("run").asString();
    }

    private static String rows(int day) {
        return "select " + day + " * 1000 + i as id, i::double as x, 'g' || i % 3 as g from range(1000) t(i)";
    }

    private static String time(int day) {
        return "2026-03-%02dT02:00:00Z".formatted(day);
    }

    private List<String> runs(int days) {
        List<String> runs = new ArrayList<>();
        for (int day = 1; day <= days; day++) {
            runs.add(run(day));
        }
        return runs;
    }

    private JsonNode purge(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json", "purge", job.file.toString()));
        arguments.addAll(List.of(more));
        CommandRun purge = job.command(arguments.toArray(String[]::new));
        assertThat(purge.exitCode()).as(purge.out() + purge.err()).isZero();
        return purge.outJson();
    }

    private static List<String> named(JsonNode purge, String list) {
        return StreamSupport.stream(purge.get(list).spliterator(), false)
                .map(each -> each.get("run").asString())
                .toList();
    }

    private void succeeds(String... arguments) {
        CommandRun run = job.command(arguments);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private JsonNode shown(String run) {
        return job.command("--output", "json", "runs", "show", run).outJson();
    }

    /** What is in the tables of a run, not only what readers see of it. */
    private List<List<String>> rowsOf(String table, String columns, String run) {
        List<List<String>> rows = new ArrayList<>();
        String sql = "select " + columns + " from " + table + " where run_id = cast('" + run + "' as uuid) order by 1";
        try (Connection connection = table.equals("nightshift_run") && metadata != null
                        ? DriverManager.getConnection(metadata, "postgres", "")
                        : connect();
                ResultSet found = connection.createStatement().executeQuery(sql)) {
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(found.getString(i)));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws SQLException {
        return url == null
                ? DriverManager.getConnection(
                        "jdbc:h2:file:" + job.home.resolve("nightshift").toAbsolutePath(), "nightshift", "")
                : DriverManager.getConnection(url, "postgres", "");
    }

    /** Everything of a run is there: rows by arithmetic, files by their names in its manifest. */
    private void requireWhole(String run, int day) {
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < PREDICTED; i++) {
            expected.add(List.of(Integer.toString(day * 1000 + i), i + ".0"));
        }
        assertThat(rowsOf("small", "id, cast(score as double precision)", run).stream()
                        .map(row -> List.of(row.get(0), Double.toString(Double.parseDouble(row.get(1)))))
                        .toList())
                .isEqualTo(expected);
        assertThat(rowsOf("small_rejects", "row_number", run)).hasSize(1000 - PREDICTED);
        assertThat(rowsOf("small_by_g", "g, n", run))
                .containsExactly(List.of("g0", "234"), List.of("g1", "234"), List.of("g2", "233"));
        requireFiles(run);
        assertThat(rowsOf("nightshift_run", "purged_at", run)).containsExactly(List.of("null"));
    }

    private void requireFiles(String run) {
        assertThat(results(run).resolve("manifest.json")).exists();
        assertThat(results(run).resolve("predictions/part-00000.parquet")).isNotEmptyFile();
        assertThat(results(run).resolve("rejects")).isDirectoryContaining("glob:**/part-*.parquet");
        assertThat(results(run).resolve("aggregates/by_g.parquet")).isNotEmptyFile();
    }

    /** Nothing is left of a run but its record. */
    private void requirePurged(String run) throws Exception {
        for (String table : List.of("small", "small_rejects", "small_by_g")) {
            assertThat(rowsOf(table, "run_id", run)).as(table).isEmpty();
        }
        if (url != null) {
            assertThat(number("select count(*) from pg_class where relname like '%" + run.replace("-", "") + "%'"))
                    .isZero();
            assertThat(number("select count(*) from pg_inherits where inhdetachpending"))
                    .isZero();
        }
        assertThat(results(run)).doesNotExist();
        for (String table : List.of("nightshift_chunk", "nightshift_partition_state")) {
            assertThat(rowsOf(table, "run_id", run)).as(table).isEmpty();
        }
        JsonNode record = shown(run);
        assertThat(record.get("purged").asString()).startsWith("2026-");
        assertThat(record.get("rows").get("read").asLong()).isPositive();
        assertThat(record.get("metrics").get("rows_scored").asLong()).isPositive();
        assertThat(record.get("snapshot").get("definition").asString()).contains("job: small");
        assertThat(record.get("artefacts").isEmpty()).isTrue();
        assertThat(record.get("events").toString()).contains("purged: keep {");
    }

    /** Nothing can be made of a purged run. */
    private void requireRefused(String run) {
        for (List<String> command : List.of(
                List.of("publish", run), List.of("redrive", run), List.of("restart", run), List.of("pin", run))) {
            CommandRun refused = job.command(command.toArray(String[]::new));
            assertThat(refused.exitCode()).as(command.toString()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("STATE_CONFLICT", "run " + run + " was purged at 2026-", "Nothing was changed");
        }
    }

    private long number(String sql) throws Exception {
        try (Connection connection = connect()) {
            return number(connection, sql);
        }
    }

    private static long number(Connection connection, String sql) throws Exception {
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBeyondTheCountGoesAndTheRestIsUntouched(boolean server) throws Exception {
        job(server, "keep: {runs: 2}");
        List<String> runs = runs(5);
        succeeds("pin", runs.get(0));
        succeeds("publish", runs.get(2));

        JsonNode dry = purge("--dry-run");
        assertThat(named(dry, "purged")).containsExactly(runs.get(1));
        assertThat(named(dry, "kept")).containsExactly(runs.get(2), runs.get(0));
        assertThat(dry.get("purged").get(0).get("why").asString())
                .isEqualTo("keep {runs: 2}: 3 complete runs ended after it, it ended 3 days ago");
        assertThat(dry.toString()).doesNotContain("1 complete runs", "1 days");
        assertThat(dry.get("kept").toString()).contains("readers of its tables see it", "pinned");
        for (int i = 0; i < runs.size(); i++) {
            requireWhole(runs.get(i), i + 1);
        }

        assertThat(named(purge(), "purged")).containsExactly(runs.get(1));
        requirePurged(runs.get(1));
        requireRefused(runs.get(1));
        for (int i : List.of(0, 2, 3, 4)) {
            requireWhole(runs.get(i), i + 1);
        }
        assertThat(job.rows("select count(*), min(id) from small_current")).containsExactly(List.of("701", "3000"));

        succeeds("pin", "--remove", runs.get(0));
        succeeds("publish", runs.get(4));
        assertThat(named(purge(), "purged")).containsExactly(runs.get(2), runs.get(0));
        requirePurged(runs.get(0));
        requireWhole(runs.get(3), 4);
        requireWhole(runs.get(4), 5);
        assertThat(named(purge(), "purged")).isEmpty();
        assertThat(job.command("runs").out()).contains("purged");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aJobThatSaysNothingKeepsEverything(boolean server) {
        job(server, "");
        List<String> runs = runs(3);
        CommandRun purge = job.at("2036-03-01T02:00:00Z").command("purge", job.file.toString());

        assertThat(purge.exitCode()).isZero();
        assertThat(purge.out())
                .isEqualToNormalizingNewlines(
                        "no job says what to keep (keep: {runs: 10, days: 90}); everything is kept\n");
        for (int i = 0; i < runs.size(); i++) {
            requireWhole(runs.get(i), i + 1);
        }
    }

    @Test
    void whatEitherDaysOrRunsKeepIsKept() throws Exception {
        job(false, "keep: {runs: 3, days: 7}");
        List<String> runs = List.of(run(1), run(5), run(6));
        job.at("2026-03-12T01:59:59Z");
        assertThat(named(purge("--dry-run"), "purged")).isEmpty();
        define("output: {keep: [g], table: small, parquet: '" + results() + "'}\n", "keep: {days: 7}");
        assertThat(named(purge("--dry-run"), "purged")).containsExactly(runs.get(0));
        // To the second: seven days after it ended it is no longer kept.
        job.at("2026-03-12T02:00:00Z");
        assertThat(named(purge(), "purged")).containsExactly(runs.get(1), runs.get(0));

        requirePurged(runs.get(0));
        requirePurged(runs.get(1));
        requireWhole(runs.get(2), 6);
        assertThat(named(purge(), "kept")).isEmpty();
        job.at("2026-04-30T02:00:00Z");
        assertThat(named(purge(), "kept")).as("the published run").containsExactly(runs.get(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAFailedRunLeftGoesOnceEnoughRunsEndedLater(boolean server) throws Exception {
        job(server, "");
        String complete = SETTINGS + "keep: {runs: 1}\n";
        String output = "output: {keep: [g], table: small, parquet: '" + results() + "'}\n";
        job.definition(output + complete.replace("max_rows: 1000", "max_rows: 5"));
        job.at(time(1)).input(rows(1));
        CommandRun failed = job.run();
        assertThat(failed.exitCode()).isEqualTo(3);
        String id = failed.outJson().get("run").asString();
        assertThat(failed.outJson().get("rows").get("predicted").asLong()).isPositive();
        job.definition(output + complete);
        assertThat(named(purge(), "purged")).isEmpty();

        String later = run(2);
        JsonNode purged = purge();
        assertThat(named(purged, "purged")).containsExactly(id);
        assertThat(purged.get("purged").get(0).get("state").asString()).isEqualTo("FAILED");
        requirePurged(id);
        requireRefused(id);
        requireWhole(later, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, purge_marked:1",
        "0, purge_rows_removed:1",
        "0, purge_files_removed:1",
        "1, purge_marked:1",
        "1, purge_rows_removed:1",
        "1, purge_files_removed:1",
        "2, purge_marked:1",
        "2, purge_rows_removed:1",
        "2, purge_files_removed:1",
    })
    void aKilledPurgeIsFinishedByTheNext(int servers, String failpoint) throws Exception {
        boolean server = servers > 0;
        if (servers == 2) {
            jobOnTwoServers("keep: {runs: 1}");
        } else {
            job(server, "keep: {runs: 1}");
        }
        List<String> runs = runs(2);
        List<String> arguments = new ArrayList<>(List.of("purge", job.file.toString()));
        if (server) {
            arguments.addAll(
                    List.of("--config", folder.resolve("databases.yaml").toString()));
        }
        NightshiftProcess.Result killed = NightshiftProcess.start(
                        job.home, List.of("-Dnightshift.failpoint=" + failpoint), arguments.toArray(String[]::new))
                .await();
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(137);

        requireWhole(runs.get(1), 2);
        assertThat(job.command("publish", runs.get(0)).err()).contains("was purged at");
        assertThat(job.rows("select min(id) from small_current")).containsExactly(List.of("2000"));

        JsonNode again = purge();
        assertThat(named(again, "purged")).containsExactly(runs.get(0));
        assertThat(again.get("purged").get(0).get("why").asString()).isEqualTo("a purge that did not come to its end");
        requirePurged(runs.get(0));
        requireWhole(runs.get(1), 2);
        assertThat(named(purge(), "purged")).isEmpty();
    }

    /** What the record of runs says and what is in the other database differ until a purge has come to its end. */
    @Test
    void whatIsLeftInADatabaseOfResultsIsFoundByTheNextPurge() throws Exception {
        jobOnTwoServers("keep: {runs: 1}");
        List<String> runs = runs(3);
        try (Connection connection = connect()) {
            connection.createStatement().execute("""
                    create function trouble() returns event_trigger language plpgsql as $$
                    begin
                      if exists (select 1 from pg_event_trigger_dropped_objects() where object_name like 'small_rejects%') then
                        raise exception 'trouble';
                      end if;
                    end $$;
                    create event trigger trouble on sql_drop execute function trouble();
                    """);
            CommandRun failed = job.command("purge", job.file.toString());
            assertThat(failed.exitCode()).isNotZero();
            assertThat(failed.err()).contains("trouble", "is marked as purged", "`nightshift purge` removes them");
            String left = "select count(*) from pg_class where relkind = 'r' and relname like '%"
                    + runs.get(1).replace("-", "") + "%'";
            assertThat(number(connection, left))
                    .as("tables of the run: rejects and the aggregate")
                    .isEqualTo(2);
            assertThat(job.rows("select min(id) from small_current")).containsExactly(List.of("3000"));

            connection.createStatement().execute("drop event trigger trouble");
            assertThat(named(purge(), "purged")).contains(runs.get(1), runs.get(0));
        }
        requirePurged(runs.get(0));
        requirePurged(runs.get(1));
        requireWhole(runs.get(2), 3);
        assertThat(number("select count(*) from pg_inherits"))
                .as("partitions of the run that is kept")
                .isEqualTo(3);
    }

    @Test
    void ofFilesAloneTheRunThatTheManifestNamesStays() throws Exception {
        job(false, "");
        define("output: {keep: [g], parquet: '" + results() + "'}\n", "keep: {runs: 1}");
        List<String> runs = runs(3);
        succeeds("publish", runs.get(0));
        Path manifest = results().resolve("manifest.json");
        String text = Files.readString(manifest);

        Files.writeString(manifest, "{");
        CommandRun refused = job.command("purge", job.file.toString());
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("DATA_CORRUPT", "is no manifest any more");
        runs.forEach(this::requireFiles);

        Files.writeString(manifest, text);
        JsonNode purge = purge();
        assertThat(named(purge, "purged")).containsExactly(runs.get(1));
        assertThat(named(purge, "kept")).containsExactly(runs.get(0));
        assertThat(purge.get("kept").toString()).contains("readers of its files see it");
        assertThat(results(runs.get(1))).doesNotExist();
        requireFiles(runs.get(0));
        requireFiles(runs.get(2));
    }

    @Test
    void onAServerReadersDoNotWaitAndACutOffDetachIsFinished() throws Exception {
        job(true, "keep: {runs: 1}");
        List<String> runs = runs(3);
        try (Connection reader = connect();
                Connection other = connect()) {
            reader.setAutoCommit(false);
            assertThat(number(reader, "select count(*) from small")).isEqualTo(3 * PREDICTED);
            CompletableFuture<CommandRun> purge =
                    CompletableFuture.supplyAsync(() -> job.command("purge", job.file.toString()));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (number(other, "select count(*) from pg_inherits where inhdetachpending") == 0) {
                assertThat(System.nanoTime()).as("a detach within a minute").isLessThan(deadline);
                other.createStatement().execute("select pg_sleep(0.05)");
            }
            // While the purge waits for the old reader, a new one does not wait for the purge.
            other.createStatement().execute("set statement_timeout = '5s'");
            assertThat(number(other, "select count(*) from small_current")).isEqualTo(PREDICTED);
            assertThat(number(other, "select count(*) from small")).isEqualTo(2 * PREDICTED);
            assertThat(number(
                            other,
                            "select count(pg_cancel_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid()"
                                    + " and datname = current_database() and query like '% concurrently'"))
                    .isEqualTo(1);
            CommandRun cut = purge.get(60, TimeUnit.SECONDS);
            assertThat(cut.exitCode()).as(cut.out() + cut.err()).isEqualTo(1);
            assertThat(cut.err())
                    .contains(
                            "DATABASE_FAILED", "run " + runs.get(1) + " is marked as purged, and some of its results");
            assertThat(number(other, "select count(*) from pg_inherits where inhdetachpending"))
                    .isEqualTo(1);
            reader.rollback();
        }
        assertThat(named(purge(), "purged")).containsExactly(runs.get(1), runs.get(0));
        requirePurged(runs.get(0));
        requirePurged(runs.get(1));
        requireWhole(runs.get(2), 3);
    }

    @Test
    void aRunIsPublishedOrPurgedAndNeverBoth() throws Exception {
        job(true, "keep: {runs: 1}");
        for (int round = 0; round < 4; round++) {
            int day = 1 + 2 * round;
            String old = run(day);
            run(day + 1);
            CompletableFuture<CommandRun> publish = CompletableFuture.supplyAsync(() -> job.command("publish", old));
            CompletableFuture<JsonNode> purge = CompletableFuture.supplyAsync(this::purge);
            CommandRun published = publish.get(60, TimeUnit.SECONDS);
            List<String> purged = named(purge.get(60, TimeUnit.SECONDS), "purged");

            if (published.exitCode() == 0) {
                assertThat(purged).doesNotContain(old);
                requireWhole(old, day);
            } else {
                assertThat(purged).contains(old);
                assertThat(job.rows("select min(id) from small_current"))
                        .containsExactly(List.of(Integer.toString((day + 1) * 1000)));
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedWithItsPlace() {
        job(false, "keep: {}");
        assertThat(job.command("validate", job.file.toString()).err()).contains("runs", "days");
        define("output: {table: small}\n", "keep: {runs: 0, day: 3}");
        String said = job.command("validate", job.file.toString()).err();
        assertThat(said).contains("a whole number from 1", "did you mean 'days'");
        assertThat(job.command("pin", "no/such/run").exitCode()).isEqualTo(2);
    }
}
