package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A benchmark with PostgreSQL at one end or both measures every row and leaves nothing behind in the database. */
class PostgresBenchTest {

    private static final int ROWS = 20_000;

    @TempDir
    private Path folder;

    private String url = "";
    private Path configuration = Path.of("");

    @BeforeEach
    void configure() throws Exception {
        url = PostgresServer.newDatabase();
        configuration = configuration("results: warehouse");
        sql("create table bench_0 (kept int)");
    }

    private Path configuration(String role) throws Exception {
        return Files.writeString(
                folder.resolve("nightshift.yaml"),
                "databases: {warehouse: {url: '" + url + "', user: postgres}}\n" + role + "\n");
    }

    private CommandRun bench(String... options) {
        List<String> all = new ArrayList<>(
                List.of("--config", configuration.toString(), "--output", "json", "bench", "flight-delay"));
        all.addAll(List.of("--rows", Integer.toString(ROWS), "--warmups", "1", "--runs", "1", "--threads", "2"));
        all.addAll(List.of(options));
        return CommandRun.inHome(folder.resolve("home"), all.toArray(String[]::new));
    }

    private void assertMeasured(CommandRun run) throws Exception {
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode result = run.outJson();
        assertThat(result.get("rows").asInt()).isEqualTo(ROWS);
        assertThat(result.get("engine_rows_per_second").asDouble()).isPositive();
        assertThat(result.get("job_rows_per_second").asDouble()).isPositive();
        assertUntouched();
    }

    /** Only what was there before. */
    private void assertUntouched() throws Exception {
        assertThat(names(
                        "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"))
                .containsExactly("public");
        assertThat(names("select relname from pg_class where relnamespace = 'public'::regnamespace"))
                .containsExactly("bench_0");
    }

    @Test
    void measuresFromParquetToPostgres() throws Exception {
        assertMeasured(bench("--to", "postgresql"));
    }

    @Test
    void measuresFromPostgresToPostgresInADatabaseByName() throws Exception {
        configuration = configuration("");
        assertMeasured(bench("--from", "postgresql", "--to", "postgresql", "--database", "warehouse"));
    }

    @Test
    void leavesNothingBehindWhereARunFails() throws Exception {
        CommandRun run = bench("--from", "postgresql", "--to", "postgresql", "--set", "compute.device=gpu:99");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("gpu");
        assertUntouched();
    }

    @Test
    void asksForADatabaseWhereNoneIsNamed() throws Exception {
        configuration = configuration("");
        CommandRun none = bench("--to", "postgresql");
        CommandRun unknown = bench("--to", "postgresql", "--database", "warehose");

        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("USAGE", "--database", "`results`", "nothing was started");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("DATABASE_UNKNOWN", "warehouse");
        assertUntouched();
    }

    @Test
    void aJobWithConditionsIsNotReadFromATable() throws Exception {
        CommandRun run = CommandRun.inHome(
                folder.resolve("home"),
                "--config",
                configuration.toString(),
                "bench",
                "flight-delay-daily",
                "--from",
                "postgresql");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("USAGE", "source.parquet.where", "nothing was started");
        assertUntouched();
    }

    private void sql(String sql) throws Exception {
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "");
                Statement statement = postgres.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> names(String sql) throws Exception {
        List<String> names = new ArrayList<>();
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "");
                Statement statement = postgres.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
