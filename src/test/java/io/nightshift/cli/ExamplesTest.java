package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The examples that the documentation shows are the files that ship, and do what it says. */
class ExamplesTest {

    private static final Path TUTORIAL = Path.of("docs/tutorial/your-own-job.md");
    private static final String JOB =
            PumpExample.FOLDER.resolve("jobs/pump-failure.yaml").toString();
    private static final String DAILY =
            PumpExample.FOLDER.resolve("jobs/pump-failure-daily.yaml").toString();

    @TempDir
    private Path home;

    @BeforeAll
    static void make() throws Exception {
        if (Boolean.getBoolean("nightshift.regenerate")) {
            PumpExample.writeAll();
        }
    }

    private CommandRun run(String... more) {
        return CommandRun.inHome(
                home,
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("--output", "json"), java.util.stream.Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void theTutorialShowsTheFilesThatShip() throws Exception {
        String page = Files.readString(TUTORIAL);
        for (Path file : List.of(Path.of(JOB), Path.of(DAILY), PumpExample.FOLDER.resolve("model/model.yaml"))) {
            assertThat(page).contains("```yaml\n" + Files.readString(file) + "```");
        }
    }

    @Test
    void theExamplesModelIsTheFormulaItSays() throws Exception {
        assertThat(Files.readAllBytes(PumpExample.FOLDER.resolve("model/model.onnx")))
                .isEqualTo(PumpExample.model());
    }

    @Test
    void theTutorialsJobDoesWhatTheTutorialSays() throws Exception {
        CommandRun valid = run("validate", PumpExample.FOLDER.resolve("jobs").toString());
        assertThat(valid.exitCode()).as(valid.err()).isZero();
        CommandRun first = run("run", JOB, "--set", "output.parquet=" + home.resolve("out"));
        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        JsonNode rows = first.outJson().get("rows");
        assertThat(rows.get("read").asLong()).isEqualTo(1000);
        assertThat(rows.get("predicted").asLong()).isEqualTo(996);
        assertThat(rows.get("rejected").asLong()).isEqualTo(4);
        String page = Files.readString(TUTORIAL);
        assertThat(page).contains("1,000 read = 996 predicted + 4 rejected + 0 filtered");
        assertPredictions(home.resolve("out"), first.outJson().get("run").asString());

        for (String query : queries(page)) {
            CommandRun answer = run("query", query);
            assertThat(answer.exitCode()).as(query + answer.err()).isZero();
            assertThat(answer.outJson().get("rows").isEmpty()).as(query).isFalse();
        }
        assertThat(run("query", "select reason from pump_failure_rejects_current")
                        .out())
                .contains("UNKNOWN_VALUE");
        String message = "'piston' is not one of gear, screw, centrifugal";
        assertThat(page).contains(message);
        assertThat(run("query", "select distinct message from pump_failure_rejects_current")
                        .outJson()
                        .get("rows"))
                .hasToString("[[\"" + message + "\"]]");

        CommandRun strict =
                run("run", JOB, "--set", "rejects.max_rows=3", "--set", "output.parquet=" + home.resolve("out"));
        assertThat(strict.exitCode()).isEqualTo(3);
        assertThat(strict.outJson().get("failure").get("code").asString()).isEqualTo("TOO_MANY_REJECTS");

        CommandRun day = run("run", DAILY, "-p", "day=2026-01-11");
        assertThat(day.exitCode()).as(day.out() + day.err()).isZero();
        assertThat(day.outJson().get("rows").get("read").asLong()).isEqualTo(1000);
        assertThat(day.outJson().get("rows").get("predicted").asLong()).isEqualTo(32);
        assertThat(page).contains("1,000 read = 32 predicted + 2 rejected + 966 filtered");
    }

    private static List<String> queries(String page) {
        return Pattern.compile("nightshift query \"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Every prediction against the formula in double precision, by DuckDB over the input and the result. */
    private static void assertPredictions(Path out, String run) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows = duckdb.createStatement()
                        .executeQuery("SELECT temperature, vibration, i.kind, failure_probability FROM '"
                                + PumpExample.FOLDER.resolve("pumps.parquet") + "' i JOIN read_parquet('" + out
                                + "/run=" + run + "/predictions/*.parquet', hive_partitioning = false) USING"
                                + " (pump_id)")) {
            int count = 0;
            while (rows.next()) {
                double expected =
                        PumpExample.probability(rows.getDouble(1), (Double) rows.getObject(2), rows.getString(3));
                assertThat((double) rows.getFloat(4)).isCloseTo(expected, within(1e-6));
                count++;
            }
            assertThat(count).isEqualTo(996);
        }
    }
}
