package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A server that refuses, breaks off or dawdles at a moment of the test's choice, by a trigger on the ledger's tables. */
class ServerTroubleTest {

    @TempDir
    Path folder;

    private String results = "";
    private String metadata = "";

    @BeforeEach
    void newDatabases() {
        results = PostgresServer.newDatabase();
        metadata = PostgresServer.newDatabase();
    }

    private SmallJob oneServer() {
        SmallJob job = SmallJob.in(folder).onServer(results);
        assertThat(job.command("runs").exitCode()).as("makes the tables").isZero();
        return job;
    }

    private SmallJob twoServers() {
        SmallJob job = SmallJob.in(folder).onServers(results, metadata);
        assertThat(job.command("runs").exitCode()).as("makes the tables").isZero();
        return job;
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The first so many statements of a kind fail with an SQLSTATE; {@code trouble} counts them all. */
    private static void refuse(String database, String when, String table, String condition, int times, String state)
            throws SQLException {
        execute(database, """
                create sequence trouble;
                create function trouble() returns trigger language plpgsql as $$
                begin
                  if nextval('trouble') <= %d then
                    raise exception 'trouble' using errcode = '%s';
                  end if;
                  return new;
                end $$;
                create trigger trouble before %s on %s for each row %s execute function trouble();
                """.formatted(times, state, when, table, condition));
    }

    private static void refuseState(String database, String state, int times, String code) throws SQLException {
        refuse(database, "update", "nightshift_run", "when (new.state = '" + state + "')", times, code);
    }

    @Test
    void aSchemaWithTablesOfOthersIsUsedBesideThem() throws Exception {
        execute(results, "create table flights (id integer); insert into flights values (7)");
        oneServer().completes();
        assertThat(number(results, "select count(*) from small_current")).isEqualTo(1000);
        assertThat(number(results, "select id from flights")).isEqualTo(7);
    }

    @Test
    void tablesOfAnotherProgramWithNamesOfOursAreLeftAsTheyAre() throws Exception {
        execute(results, "create table batch_job_instance (id integer)");
        CommandRun run = SmallJob.in(folder).onServer(results).run();
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errJson().get("message").asString())
                .contains("batch_job_instance", "nothing was started", "another database or schema");
        assertThat(number(results, "select count(*) from batch_job_instance")).isZero();
        assertThat(number(results, "select count(*) from pg_class where relname = 'nightshift_run'"))
                .isZero();
    }

    @Test
    void aPublishedRunIsRecordedSoAlthoughItsRecordFailedAtFirst() throws Exception {
        Path out = folder.resolve("out");
        SmallJob job = twoServers().definition("output: {table: small, parquet: '" + out + "'}\n");
        refuseState(metadata, "COMPLETED", 1, "P0001");
        JsonNode run = job.completes();

        assertThat(run.get("state").asString()).isEqualTo("COMPLETED");
        assertThat(run.get("rows").get("read").asLong()).isEqualTo(1000);
        assertThat(number(results, "select count(*) from small_current")).isEqualTo(1000);
        assertThat(out.resolve("manifest.json")).exists();
        assertThat(number(results, "select count(*) from nightshift_pending_manifest"))
                .isZero();
        assertThat(number(metadata, "select last_value from trouble")).isEqualTo(2);
    }

    @Test
    void aCommitThatArrivesLateIsNotDoneAgain() throws Exception {
        SmallJob job = twoServers().definition("post_process: [{sql: insert into done values (1)}]\n");
        execute(results, """
                create table done (n integer);
                create sequence trouble;
                create function trouble() returns trigger language plpgsql as $$
                begin
                  if nextval('trouble') = 1 then
                    set local statement_timeout = 0;
                    perform pg_sleep(7);
                  end if;
                  return null;
                end $$;
                create constraint trigger trouble after update on nightshift_fence deferrable initially deferred
                  for each row when (new.published) execute function trouble();
                """);
        assertThat(job.completes().get("state").asString()).isEqualTo("COMPLETED");
        assertThat(number(results, "select count(*) from done")).isEqualTo(1);
        assertThat(number(results, "select last_value from trouble")).isEqualTo(1);
    }

    @Test
    void aBlipAtTheStartIsTriedAgain() throws Exception {
        SmallJob job = oneServer();
        refuse(results, "insert", "nightshift_fence", "", 1, "40001");
        assertThat(job.completes().get("attempt").asInt()).isEqualTo(1);
        assertThat(number(results, "select last_value from trouble")).isEqualTo(2);
    }

    @Test
    void aBlipOfTheMoveToRunningIsTriedAgain() throws Exception {
        SmallJob job = oneServer();
        refuseState(results, "RUNNING", 1, "40P01");
        assertThat(job.completes().get("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void aRunThatCannotBeginEnds() throws Exception {
        SmallJob job = oneServer();
        refuse(results, "insert", "nightshift_fence", "", 1, "P0001");
        CommandRun run = job.run();
        assertThat(run.exitCode()).as(run.out() + run.err()).isNotZero();
        JsonNode document = run.outJson();
        assertThat(document.get("state").asString()).isEqualTo("FAILED");
        CommandRun restart = job.command("restart", document.get("run").asString());
        assertThat(restart.exitCode()).as(restart.err()).isZero();
    }

    @Test
    void aRedriveThatCannotBeginLeavesTheRunAsItWas() throws Exception {
        SmallJob job = oneServer()
                .definition("rejects: {max_rows: 1000, max_share: 100%}\n")
                .signature(SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, 700]}"));
        String run = job.completes().get("run").asString();
        job.signature(SmallJob.SIGNATURE);
        refuse(results, "update", "nightshift_fence", "", 1, "P0001");
        assertThat(job.command("redrive", run).exitCode()).isNotZero();
        assertThat(job.rows("select state from nightshift_run")).containsExactly(List.of("COMPLETED"));
        execute(results, "drop trigger trouble on nightshift_fence; drop function trouble; drop sequence trouble");
        refuse(results, "update", "nightshift_fence", "", 1, "40001");
        CommandRun again = job.command("redrive", run);
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(job.rows("select count(*) from small_current")).containsExactly(List.of("1000"));
    }

    @Test
    void theLeaseIsKeptUntilTheEndIsRecorded() throws Exception {
        SmallJob job = oneServer().definition("post_process: [{sql: insert into nowhere values (1)}]\n");
        // Tries that last for more than a lease.
        refuseState(results, "FAILED", 5, "40001");
        CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(job::run);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!run.isDone()) {
            assertThat(number(
                            results,
                            "select count(*) from nightshift_run where active_key is not null"
                                    + " and lease_until < current_timestamp"))
                    .as("runs that anybody may take over")
                    .isZero();
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        CommandRun ended = run.get();
        assertThat(ended.errJson().get("code").asString())
                .as(ended.out() + ended.err())
                .isEqualTo("DATABASE_FAILED");
        assertThat(number(results, "select last_value from trouble")).isEqualTo(6);
    }

    @Test
    void aFullDiskOfTheServerIsSaidToBeOne() throws Exception {
        SmallJob job = oneServer();
        refuse(results, "insert", "nightshift_chunk", "", 1, "53100");
        CommandRun run = job.run();
        assertThat(run.errJson().get("code").asString()).as(run.err()).isEqualTo("DISK_FULL");
    }

    @Test
    void tablesAreMadeInTransactionsThatTheServerEndsWhereTheirProcessIsSilent() throws Exception {
        SmallJob job = oneServer();
        execute(results, """
                create table limits (silence text);
                create function trouble() returns event_trigger language plpgsql as $$
                begin
                  insert into limits values (current_setting('idle_in_transaction_session_timeout'));
                end $$;
                create event trigger trouble on ddl_command_end when tag in ('CREATE TABLE') execute function trouble();
                """);
        job.completes();
        assertThat(number(results, "select count(*) from limits where silence = '10s'"))
                .isPositive();
        assertThat(number(results, "select count(*) from limits where silence <> '10s'"))
                .isZero();
    }

    enum Publishing {
        KEY(
                "}\n",
                "create event trigger trouble on ddl_command_end when tag in ('CREATE INDEX') execute function late()"),
        MERGE(
                ", mode: upsert}\n",
                "create event trigger trouble on ddl_command_end when tag in ('CREATE TABLE') execute"
                        + " function watch()"),
        POST_PROCESS("}\npost_process: [{sql: insert into done select 1 where pg_sleep(5) is not null}]\n", "");

        private final String output;
        private final String trouble;

        Publishing(String output, String trouble) {
            this.output = output;
            this.trouble = trouble;
        }
    }

    /** Longer than a statement may take, and longer than the network is waited for otherwise. */
    @ParameterizedTest
    @EnumSource
    void aRunThatCannotBePublishedInTimeIsByARestartWithMoreOfIt(Publishing publishing) throws Exception {
        SmallJob job = oneServer().definition("output: {table: small" + publishing.output);
        execute(results, """
                create table done (n integer);
                create function late() returns event_trigger language plpgsql as $$
                begin
                  perform pg_sleep(5);
                end $$;
                create function late_row() returns trigger language plpgsql as $$
                begin
                  perform pg_sleep(5);
                  return null;
                end $$;
                create function watch() returns event_trigger language plpgsql as $$
                begin
                  if exists (select 1 from pg_event_trigger_ddl_commands() where object_identity = 'public.small_current') then
                    create trigger late after insert on small_current for each statement execute function late_row();
                  end if;
                end $$;
                """ + publishing.trouble);
        String server = "databases: {server: {url: '" + results + "', user: postgres, timeouts: {%s}}}\n"
                + "metadata: server\nlease: 2s\n";
        job.configuration(server.formatted("socket: 3s, statement: 2s"));
        JsonNode failed = failsWith(job, "DATABASE_FAILED", "timeouts.publish", "1000 rows in 1 chunks are committed");
        String run = failed.get("run").asString();
        assertThat(number(results, "select count(*) from small_current")).isZero();

        job.configuration(server.formatted("socket: 3s, statement: 2s, publish: 30s"));
        CommandRun restart = job.command("--output", "json", "restart", run);
        assertThat(restart.exitCode()).as(restart.out() + restart.err()).isZero();
        assertThat(restart.outJson().get("metrics").get("rows_scored").asLong()).isZero();
        assertThat(number(results, "select count(*) from small_current")).isEqualTo(1000);
    }

    private static JsonNode failsWith(SmallJob job, String code, String... said) {
        CommandRun run = job.run();
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.errJson().get("code").asString()).as(run.err()).isEqualTo(code);
        assertThat(run.errJson().get("message").asString()).contains(said).contains("nothing was published");
        return run.outJson();
    }
}
