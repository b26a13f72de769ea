package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
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
import org.postgresql.PGConnection;

/** A run that reads a PostgreSQL table gives what a run over the same rows in Parquet gives, also when it is killed in between. */
class TableSourceRunTest {

    private static final Path FLIGHTS = Path.of("sample-data/flights.parquet").toAbsolutePath();
    private static final Path MODEL = Path.of("sample-data/models/flight-delay").toAbsolutePath();

    @TempDir
    Path folder;

    private String url = "";
    private Path configuration = Path.of("");

    @BeforeEach
    void copyFlights() throws Exception {
        url = PostgresServer.newDatabase();
        configuration = Files.writeString(
                folder.resolve("databases.yaml"), "databases: {warehouse: {url: '" + url + "', user: postgres}}\n");
        Path csv = folder.resolve("flights.csv");
        List<String> columns = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            try (ResultSet described =
                    statement.executeQuery("describe select * from read_parquet('" + FLIGHTS + "')")) {
                while (described.next()) {
                    columns.add('"' + described.getString(1) + "\" " + postgresType(described.getString(2)));
                }
            }
            statement.execute("copy (select * from read_parquet('" + FLIGHTS + "')) to '" + csv + "' (header false)");
        }
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "");
                Statement statement = postgres.createStatement();
                Reader rows = Files.newBufferedReader(csv)) {
            statement.execute("create table flights (" + String.join(", ", columns) + ", primary key (flight_id))");
            postgres.unwrap(PGConnection.class).getCopyAPI().copyIn("copy flights from stdin (format csv)", rows);
        }
    }

    private static String postgresType(String type) {
        return switch (type) {
            case "FLOAT" -> "real";
            case "DOUBLE" -> "double precision";
            case "TINYINT" -> "smallint";
            default -> type.toLowerCase(java.util.Locale.ROOT);
        };
    }

    private Path job(String name, String source) throws Exception {
        return Files.writeString(
                folder.resolve(name + ".yaml"), """
                job: %s
                source: %s
                key: [flight_id]
                model: '%s'
                output: {keep: [origin], table: flown, parquet: '%s'}
                aggregates:
                  - name: by_origin
                    group_by: [origin]
                    measures: {flights: {count: "*"}, mean_probability: {mean: delay_probability}}
                compute: {threads: 2, batch_rows: 512, chunk_rows: 2048}
                """.formatted(name, source, MODEL, folder.resolve(name)));
    }

    private NightshiftProcess.Result run(String home, List<String> options, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--config", configuration.toString(), "--output", "json"));
        arguments.addAll(List.of(command));
        return NightshiftProcess.start(folder.resolve(home), options, arguments.toArray(String[]::new))
                .await();
    }

    private String digest(String home, String job) throws Exception {
        return ResultDigest.of(folder.resolve(home), folder.resolve(job), "flown");
    }

    private String killed(String home, Path job) throws Exception {
        assertThat(run(home, List.of("-Dnightshift.failpoint=chunk_written:3"), "run", job.toString())
                        .exit())
                .isEqualTo(137);
        return run(home, List.of(), "runs").json().get("runs").get(0).get("run").asString();
    }

    @Test
    void givesWhatParquetGivesAlsoWhenKilledInBetween() throws Exception {
        NightshiftProcess.Result parquet = run(
                "a",
                List.of(),
                "run",
                job("from-parquet", "{parquet: {path: '" + FLIGHTS + "'}}").toString());
        assertThat(parquet.exit()).as(parquet.err()).isZero();
        Path job = job("from-table", "{jdbc: {database: warehouse, table: flights}}");
        String run = killed("b", job);
        NightshiftProcess.Result restarted = run("b", List.of(), "restart", run);

        assertThat(restarted.exit()).as(restarted.out() + restarted.err()).isZero();
        assertThat(digest("b", "from-table")).isEqualTo(digest("a", "from-parquet"));
    }

    /** Rows in no order, and no key of the database's: one reader, whose order is the job's key. */
    @Test
    void aSourceThatCannotBeDividedGivesTheSameAlsoWhenKilledInBetween() throws Exception {
        sql("create table shuffled as select * from flights order by md5(flight_id::text)");
        NightshiftProcess.Result parquet = run(
                "g",
                List.of(),
                "run",
                job("rows", "{parquet: {path: '" + FLIGHTS + "'}}").toString());
        assertThat(parquet.exit()).as(parquet.err()).isZero();
        String whole = digest("g", "rows");
        Path table = job("keyless", "{jdbc: {database: warehouse, table: shuffled}}");
        NightshiftProcess.Result run = run("h", List.of(), "run", table.toString());
        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(digest("h", "keyless")).isEqualTo(whole);

        // With a table alone, a restart passes over the rows of committed chunks.
        Path query = job(
                "asked", "{jdbc: {database: warehouse, query: 'select * from shuffled where flight_id is not null'}}");
        Files.writeString(query, Files.readString(query).replaceAll(", parquet: '[^']*'", ""));
        String killed = killed("i", query);
        NightshiftProcess.Result restarted = run("i", List.of(), "restart", killed);
        assertThat(restarted.exit()).as(restarted.out() + restarted.err()).isZero();
        assertThat(restarted.json().get("rows").get("read").asLong())
                .isEqualTo(run.json().get("rows").get("read").asLong());
        assertThat(ResultDigest.of(folder.resolve("i"), null, "flown"))
                .isEqualTo(ResultDigest.of(folder.resolve("g"), null, "flown"));
    }

    /** Distances were missing, and come back: the rows are then as they would have been. */
    @Test
    void rowsMendedInTheTableAreRedriven() throws Exception {
        NightshiftProcess.Result parquet = run(
                "d",
                List.of(),
                "run",
                job("whole", "{parquet: {path: '" + FLIGHTS + "'}}").toString());
        assertThat(parquet.exit()).as(parquet.err()).isZero();
        loseDistances();
        Path job = job("mended", "{jdbc: {database: warehouse, table: flights}}");
        Files.writeString(job, Files.readString(job) + "rejects: {max_rows: 100000, max_share: 100%}\n");
        NightshiftProcess.Result first = run("e", List.of(), "run", job.toString());
        assertThat(first.exit()).as(first.out() + first.err()).isZero();
        assertThat(first.json().get("rows").get("rejected").asLong()).isPositive();
        sql("update flights f set distance = l.distance from lost l where f.flight_id = l.flight_id");
        NightshiftProcess.Result redriven =
                run("e", List.of(), "redrive", first.json().get("run").asString());

        assertThat(redriven.exit()).as(redriven.out() + redriven.err()).isZero();
        assertThat(redriven.json().get("rows").get("rejected").asLong()).isZero();
        assertThat(digest("e", "mended")).isEqualTo(digest("d", "whole"));
    }

    @Test
    void aTableThatLostARowIsNotRedriven() throws Exception {
        loseDistances();
        Path job = job("shrunk", "{jdbc: {database: warehouse, table: flights}}");
        Files.writeString(job, Files.readString(job) + "rejects: {max_rows: 100000, max_share: 100%}\n");
        NightshiftProcess.Result first = run("f", List.of(), "run", job.toString());
        String before = digest("f", "shrunk");
        sql("delete from flights where flight_id = (select min(flight_id) from flights where distance is not null)");
        NightshiftProcess.Result redriven =
                run("f", List.of(), "redrive", first.json().get("run").asString());

        assertThat(redriven.exit()).as(redriven.out() + redriven.err()).isEqualTo(1);
        assertThat(redriven.err()).contains("INPUT_CHANGED", "is as it was before the redrive");
        assertThat(digest("f", "shrunk")).isEqualTo(before);
    }

    /** Every 50th flight's, kept in a table. */
    private void loseDistances() throws Exception {
        sql("create table lost as select flight_id, distance from (select flight_id, distance, row_number()"
                + " over (order by flight_id) as n from flights) numbered where n % 50 = 0");
        sql("update flights set distance = null where flight_id in (select flight_id from lost)");
    }

    private void sql(String sql) throws Exception {
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "");
                Statement statement = postgres.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void rowsThatChangedAfterAKillAreRefused() throws Exception {
        String run = killed("c", job("changed", "{jdbc: {database: warehouse, table: flights}}"));
        try (Connection postgres = DriverManager.getConnection(url, "postgres", "");
                Statement statement = postgres.createStatement()) {
            statement.execute(
                    "update flights set distance = distance + 1 where flight_id = (select max(flight_id) from flights)");
        }
        NightshiftProcess.Result restarted = run("c", List.of(), "restart", run);

        assertThat(restarted.exit()).isNotZero();
        assertThat(restarted.out() + restarted.err()).contains("INPUT_CHANGED", "has other rows, as many as before");
    }
}
