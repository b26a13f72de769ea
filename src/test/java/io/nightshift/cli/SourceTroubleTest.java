package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What changes or breaks under a run that reads a PostgreSQL table: each is said, keeps what is committed, and a restart goes on. */
class SourceTroubleTest {

    @TempDir
    Path folder;

    private String source = "";
    private String results = "";

    @BeforeEach
    void newDatabases() throws Exception {
        source = PostgresServer.newDatabase();
        results = PostgresServer.newDatabase();
        execute(
                source,
                "create table numbers as select i::bigint as id, i::double precision as x from"
                        + " generate_series(0, 999) s(i)");
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private SmallJob job(String more) throws Exception {
        SmallJob job = timeout(SmallJob.in(folder), "10s")
                .definition("compute: {threads: 2, batch_rows: 50, chunk_rows: 100}\n");
        Files.writeString(
                job.file,
                Files.readString(job.file)
                        .replaceAll("(?m)^source:.*$", "source: {jdbc: {database: s, table: numbers" + more + "}}"));
        assertThat(job.command("runs").exitCode()).as("makes the tables").isZero();
        return job;
    }

    private SmallJob timeout(SmallJob job, String statement) {
        return job.configuration("""
                databases:
                  s: {url: '%s', user: postgres, timeouts: {statement: %s}}
                  r: {url: '%s', user: postgres}
                results: r
                """.formatted(source, statement, results));
    }

    /** A run that fails once its first three chunks are committed. */
    private String failed(SmallJob job) throws Exception {
        execute(results, """
                create function trouble() returns trigger language plpgsql as $$
                begin
                  raise exception 'trouble';
                end $$;
                create trigger trouble before insert on nightshift_chunk for each row when (new.chunk_number = 3)
                  execute function trouble();
                """);
        CommandRun run = job.run();
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        execute(results, "drop trigger trouble on nightshift_chunk");
        JsonNode error = run.errJson();
        assertThat(error.get("message").asString()).contains("trouble", "300 rows in 3 chunks are committed and kept");
        return run.outJson().get("run").asString();
    }

    private static void assertRefused(CommandRun run, String code, String... said) {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        JsonNode error = run.errJson();
        assertThat(error.get("code").asString()).as(run.err()).isEqualTo(code);
        assertThat(error.get("message").asString()).contains(said).contains("nothing was published");
        assertThat(run.outJson().get("state").asString()).isEqualTo("FAILED");
    }

    private static void assertCompletes(SmallJob job, String run) {
        CommandRun restarted = job.command("--output", "json", "restart", run);
        assertThat(restarted.exitCode()).as(restarted.out() + restarted.err()).isZero();
        assertThat(restarted.outJson().get("rows").get("predicted").asLong()).isEqualTo(1000);
        assertThat(job.rows("select count(*), count(distinct id), sum(score) from small_current"))
                .containsExactly(List.of("1000", "1000", "499500.0"));
    }

    @Test
    void aColumnThatWasRenamedIsMissedUntilItIsBack() throws Exception {
        SmallJob job = job("");
        String run = failed(job);
        execute(source, "alter table numbers rename column x to y");

        assertRefused(
                job.command("--output", "json", "restart", run),
                "SCHEMA_MISMATCH",
                "there is no column 'x'",
                "300 rows in 3 chunks are committed and kept");
        execute(source, "alter table numbers rename column y to x");
        assertCompletes(job, run);
    }

    @Test
    void aTableThatWasDroppedIsMissedAndANewOneIsNotTakenForIt() throws Exception {
        SmallJob job = job("");
        String run = failed(job);
        execute(source, "alter table numbers rename to kept");

        assertRefused(
                job.command("--output", "json", "restart", run),
                "INPUT_MISSING",
                "there is no table 'numbers'",
                "300 rows in 3 chunks are committed and kept");
        execute(source, "create table numbers as select * from kept");
        assertRefused(job.command("--output", "json", "restart", run), "INPUT_CHANGED", "was dropped and made again");
        execute(source, "drop table numbers; alter table kept rename to numbers");
        assertCompletes(job, run);
    }

    /** The thread that reads ahead meets it, and everything before it is scored and committed. */
    @Test
    void aValueThatCannotBeReadEndsTheRunAfterTheChunksBeforeIt() throws Exception {
        execute(source, "alter table numbers add t timestamp; update numbers set t = 'infinity' where id = 700");
        SmallJob job = job("");
        Files.writeString(job.file, Files.readString(job.file).replace("{table: small}", "{table: small, keep: [t]}"));

        CommandRun run = job.run();
        assertRefused(run, "VALUE_REFUSED", "the column 't'", "700 rows in 7 chunks are committed and kept");
        assertThat(run.errJson().get("where").asString()).contains("row 700", "column t");
    }

    @Test
    void aStatementThatTakesTooLongNamesItsTimeout() throws Exception {
        SmallJob job = timeout(job(", where: 'pg_sleep(0.003) is not null'"), "1s");
        CommandRun run = job.run();

        assertRefused(
                run, "DATABASE_FAILED", "databases.s.timeouts.statement", "SQLSTATE 57014", "nothing was committed");
        timeout(job, "1m");
        assertCompletes(job, run.outJson().get("run").asString());
    }

    @Test
    void aResultDatabaseThatIsReadOnlyIsSaidToBeSo() throws Exception {
        SmallJob job = job("");
        String run = failed(job);
        String database = results.substring(results.lastIndexOf('/') + 1);
        execute(results, "alter database " + database + " set default_transaction_read_only = on");

        CommandRun refused = job.command("--output", "json", "restart", run);
        assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
        assertThat(refused.errJson().get("code").asString()).isEqualTo("DATABASE_FAILED");
        assertThat(refused.errJson().get("message").asString()).contains("read-only", "SQLSTATE 25006");
        execute(source, "alter database " + database + " reset default_transaction_read_only");
        assertCompletes(job, run);
    }

    /** Between the plan and the first reader somebody comes to change the table: he waits, and keeps no reader out. */
    @Test
    void aChangeThatIsAskedForWhileARunBeginsWaitsForItsEnd() throws Exception {
        SmallJob job = job("");
        execute(results, """
                create function trouble() returns event_trigger language plpgsql as $$
                begin
                  perform pg_advisory_xact_lock(42);
                end $$;
                create event trigger trouble on ddl_command_end when tag in ('CREATE TABLE') execute function trouble();
                """);
        try (Connection gate = DriverManager.getConnection(results, "postgres", "")) {
            gate.createStatement().execute("select pg_advisory_lock(42)");
            CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(job::run);
            awaitWaiting(results, "locktype = 'advisory'", run);
            CompletableFuture<Void> change =
                    CompletableFuture.runAsync(() -> executing(source, "alter table numbers rename column x to y"));
            awaitWaiting(source, "relation = 'numbers'::regclass", run);
            gate.createStatement().execute("select pg_advisory_unlock(42)");

            CommandRun ended = run.get(60, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
            change.get(10, TimeUnit.SECONDS);
        }
        assertThat(job.rows("select count(*), count(distinct id), sum(score) from small_current"))
                .containsExactly(List.of("1000", "1000", "499500.0"));
    }

    @Test
    void aSourceThatIsLockedAgainstReadersIsSaidToBeSo() throws Exception {
        SmallJob job = job("");
        Files.writeString(
                folder.resolve("databases.yaml"),
                Files.readString(folder.resolve("databases.yaml")).replace("{statement: 10s}", "{lock: 1s}"));
        try (Connection owner = DriverManager.getConnection(source, "postgres", "")) {
            owner.setAutoCommit(false);
            owner.createStatement().execute("alter table numbers rename column x to y");
            CommandRun run = job.run();
            assertRefused(run, "DATABASE_FAILED", "SQLSTATE 55P03", "another session holds a lock on the table");
            owner.rollback();
            assertCompletes(job, run.outJson().get("run").asString());
        }
    }

    /** The run's rows are in a table of their own until they are published. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table small add extra integer / alter table small drop extra / it lacks [] and has [extra integer]",
                "alter table small rename score to points / alter table small rename points to score / has [points real]"
            })
    void aResultTableThatIsChangedUnderARunIsRefusedWithTheDifference(String changes) throws Exception {
        SmallJob job = job("");
        String[] parts = changes.split(" / ");
        whenAllIsScored(parts[0]);
        CommandRun run = job.run();
        assertRefused(run, "SCHEMA_MISMATCH", "the table small was changed or dropped", "1000 rows in 10 chunks");
        String id = run.outJson().get("run").asString();
        assertRefused(job.command("--output", "json", "restart", id), "SCHEMA_MISMATCH", parts[2]);
        execute(results, parts[1]);
        assertCompletes(job, id);
    }

    @Test
    void aResultTableThatIsDroppedUnderARunIsMadeAgainByARestart() throws Exception {
        SmallJob job = job("");
        whenAllIsScored("drop table small cascade");
        CommandRun run = job.run();
        assertRefused(run, "SCHEMA_MISMATCH", "the table small was changed or dropped", "1000 rows in 10 chunks");
        assertCompletes(job, run.outJson().get("run").asString());
    }

    /** By the trigger of the last chunk: the ledger's row comes after the rows of the result. */
    private void whenAllIsScored(String sql) throws SQLException {
        execute(results, """
                create function trouble() returns trigger language plpgsql as $$
                begin
                  if (select count(*) from nightshift_chunk) = 10 then
                    %s;
                  end if;
                  return null;
                end $$;
                create constraint trigger trouble after insert on nightshift_chunk deferrable initially deferred
                  for each row execute function trouble();
                """.formatted(sql));
    }

    private static void executing(String database, String sql) {
        try {
            execute(database, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until a lock is waited for, which is to be before the run ends. */
    private static void awaitWaiting(String database, String lock, CompletableFuture<CommandRun> run) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                PreparedStatement waiting =
                        connection.prepareStatement("select count(*) from pg_locks where not granted and " + lock)) {
            for (long found = 0; found == 0; ) {
                assertThat(run.isDone()).as("the run is in work").isFalse();
                assertThat(System.nanoTime()).as(lock).isLessThan(deadline);
                try (ResultSet rows = waiting.executeQuery()) {
                    rows.next();
                    found = rows.getLong(1);
                }
            }
        }
    }
}
