package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Tables in schemas of their own, as sources and as results. */
class SchemaTest {

    private static final String SETTINGS = """
            aggregates:
              - name: by_g
                group_by: [g]
                measures: {n: {count: "*"}}
            keep: {runs: 1}
            """;

    @TempDir
    Path folder;

    private String url = "";

    private SmallJob job(UpsertTest.Store store, String... schemas) throws SQLException {
        SmallJob job = SmallJob.in(folder);
        if (store == UpsertTest.Store.POSTGRES) {
            url = PostgresServer.newDatabase();
            job.onServer(url);
            for (String schema : schemas) {
                sql(url, "create schema \"" + schema + "\"");
            }
        }
        return job;
    }

    private static void sql(String url, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(url, url.contains("postgres") ? "postgres" : "sa", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String output(String table, String mode) {
        return "output: {table: " + table + ", mode: " + mode + "}\n" + SETTINGS;
    }

    @ParameterizedTest
    @CsvSource({
        "H2, scoring, append_run",
        "H2, Scoring, upsert",
        "POSTGRES, scoring, upsert",
        "POSTGRES, Scoring, append_run"
    })
    void resultsAreWrittenShownAndPurgedInTheirSchema(UpsertTest.Store store, String schema, String mode)
            throws SQLException {
        SmallJob job = job(store, schema).at("2026-03-01T01:00:00Z").definition(output(schema + ".small", mode));
        String first = job.completes().get("run").asString();
        job.at("2026-03-02T01:00:00Z").completes();
        String named = schema.equals("scoring") ? "scoring.small" : "\"Scoring\".small";

        assertThat(job.rows("select count(*), count(distinct run_id) from " + named + "_current"))
                .containsExactly(List.of("1000", "1"));
        assertThat(job.rows("select sum(n) from " + named + "_by_g_current")).containsExactly(List.of("1000"));
        assertThat(job.rows("select count(*) from " + named + "_rejects_current"))
                .containsExactly(List.of("0"));
        assertThat(job.rows("select count(distinct run_id) from " + named)).containsExactly(List.of("2"));
        CommandRun text = job.command("run", job.file.toString());
        assertThat(text.out())
                .contains("select * from " + named + "_current limit 10", "the largest groups of " + named);
        CommandRun back = job.command("publish", first);
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(job.rows("select distinct run_id from " + named + "_current"))
                .containsExactly(List.of(first));
        CommandRun purge = job.command("purge", job.file.toString());
        assertThat(purge.exitCode()).as(purge.err()).isZero();
        assertThat(job.rows("select count(distinct run_id) from " + named)).containsExactly(List.of("2"));
    }

    @Test
    void aSchemaThatPostgresDoesNotHaveIsRefusedWithTheStatementThatMakesIt() throws SQLException {
        SmallJob job = job(UpsertTest.Store.POSTGRES, "Scoring").definition(output("scoring.small", "append_run"));
        CommandRun run = job.run();
        assertThat(run.exitCode()).isNotZero();
        JsonNode error = run.errJson();
        assertThat(error.get("code").asString()).isEqualTo("DEFINITION_INVALID");
        assertThat(error.get("message").asString())
                .contains("no schema 'scoring'", "did you mean 'Scoring'?", "create schema \"scoring\"");
        sql(url, "create schema \"scoring\"");
        job.completes();
    }

    /** To H2 both are the schema that SQL without quotes means; to readers nothing may be lost by another way to write it. */
    @Test
    void inH2ASchemaInUpperCaseIsTheOneInLowerCase() throws SQLException {
        SmallJob job = job(UpsertTest.Store.H2).definition(output("scoring.small", "append_run"));
        job.completes();
        job.definition(output("SCORING.small", "append_run"));
        String second = job.completes().get("run").asString();
        assertThat(job.rows("select distinct run_id from scoring.small_current"))
                .containsExactly(List.of(second));
        assertThat(job.rows("select count(*) from nightshift_publication")).containsExactly(List.of("3"));
    }

    @ParameterizedTest
    @EnumSource
    void sourcesAreReadFromTheirSchema(UpsertTest.Store store) throws Exception {
        SmallJob job = SmallJob.in(folder);
        url = store == UpsertTest.Store.H2
                ? "jdbc:h2:file:" + folder.resolve("warehouse")
                : PostgresServer.newDatabase();
        sql(
                url,
                "create schema sales",
                "create schema \"Sales 2026\"",
                "create table sales.input (id bigint primary key, x double precision, g varchar(10))",
                "insert into sales.input values (1, 10, 'a'), (2, 20, 'b')",
                "create table \"Sales 2026\".\"The Input\" (id bigint primary key, x double precision, g varchar(10))",
                "insert into \"Sales 2026\".\"The Input\" values (3, 30, 'c')");
        job.configuration("databases: {warehouse: {url: '" + url + "', user: "
                + (store == UpsertTest.Store.H2 ? "sa" : "postgres") + "}}\n");
        List<List<List<String>>> found = new ArrayList<>();
        for (String table : List.of("sales.input", "'\"Sales 2026\".\"The Input\"'")) {
            job.definition("");
            Files.writeString(
                    job.file,
                    Files.readString(job.file)
                            .replaceFirst("source: .*", "source: {jdbc: {database: warehouse, table: " + table + "}}"));
            job.completes();
            found.add(job.rows("select id, cast(score as integer) from small_current order by id"));
        }
        assertThat(found).containsExactly(List.of(List.of("1", "10"), List.of("2", "20")), List.of(List.of("3", "30")));
        Files.writeString(job.file, Files.readString(job.file).replaceFirst("table: '.*'", "table: seles.input"));
        CommandRun missing = job.run();
        assertThat(missing.exitCode()).isNotZero();
        assertThat(missing.err())
                .contains("INPUT_MISSING", "since it has no schema 'seles'")
                .containsIgnoringCase("did you mean 'sales'?");
    }
}
