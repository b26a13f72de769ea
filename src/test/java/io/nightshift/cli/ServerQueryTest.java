package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code query} where results are in PostgreSQL. */
class ServerQueryTest {

    @TempDir
    Path folder;

    private String database = "";
    private SmallJob job;

    @BeforeEach
    void run() {
        database = PostgresServer.newDatabase();
        job = SmallJob.in(folder).onServer(database);
        job.completes();
    }

    private void refused(String sql, String said) {
        CommandRun query = job.command("--output", "json", "query", sql);
        assertThat(query.exitCode()).as(query.out()).isNotZero();
        assertThat(query.errJson().get("code").asString()).as(query.err()).isEqualTo("QUERY_INVALID");
        assertThat(query.errJson().get("message").asString()).contains(said, "nothing was changed");
        assertThat(job.rows("select count(*) from small_current")).containsExactly(List.of("1000"));
    }

    /** To the driver they are calls and functions; the server, which gets them as they are, knows no braces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select {fn now()}",
                "select {fn concat('a', 'b')} from small_current",
                "{call pg_sleep(0)}",
                "{? = call pg_sleep(0)}",
                "select {d '2001-03-05'}"
            })
    void escapesOfTheDriverAreNotRewritten(String sql) {
        refused(sql, "syntax error at or near \"{\"");
    }

    @Test
    void bracesInTextsAreText() {
        assertThat(job.rows("select '{fn now()}', 'a?b', e'it\\'s'"))
                .containsExactly(List.of("{fn now()}", "a?b", "it's"));
    }

    @Test
    void nothingBehindAQueryIsSent() {
        refused("select 1; commit; drop view small_current", "one query is allowed");
        refused("select 1; {fn now()}", "one query is allowed");
    }

    @Test
    void nothingIsWritten() {
        refused("with gone as (delete from small returning id) select count(*) from gone", "");
        refused("select nextval(pg_get_serial_sequence('nightshift_run_event', 'sequence'))", "read-only transaction");
    }

    @Test
    void aUserWhoMayOnlyReadReadsAndCanDoNothingElse() throws Exception {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "")) {
            connection.createStatement().execute("""
                    do $$ begin create role query_reader login; exception when duplicate_object then null; end $$;
                    grant select on all tables in schema public to query_reader;
                    """);
        }
        Path readers = Files.writeString(
                folder.resolve("readers.yaml"),
                "databases: {server: {url: '" + database + "', user: query_reader}}\nmetadata: server\n");
        CommandRun read = asReader(readers, "select count(*) as n from small_current");
        assertThat(read.exitCode()).as(read.err()).isZero();
        assertThat(read.outJson().get("rows").toString()).isEqualTo("[[1000]]");
        try (Connection other = DriverManager.getConnection(database, "postgres", "")) {
            CommandRun end = asReader(
                    readers,
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'"
                            + " and datname = current_database()");
            assertThat(end.exitCode()).isNotZero();
            assertThat(end.errJson().get("message").asString()).contains("permission denied");
            assertThat(other.isValid(5)).isTrue();
        }
    }

    private CommandRun asReader(Path configuration, String sql) {
        return CommandRun.of(
                Map.of("NIGHTSHIFT_HOME", job.home.toString(), "NIGHTSHIFT_CONFIG", configuration.toString()),
                "--output",
                "json",
                "query",
                sql);
    }
}
