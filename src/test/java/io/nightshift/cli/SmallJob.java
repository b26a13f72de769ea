package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.onnx.OnnxBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A job of 1,000 rows in a folder of its own, complete and sound until a test damages a part of it: {@code id} and
 * {@code x}, and a model that gives {@code score = x}. It is run as a user runs it.
 */
public final class SmallJob {

    static final String ROWS = "select i as id, i::double as x, 'g' || i % 3 as g from range(1000) t(i)";
    public static final String SIGNATURE = """
            name: echo
            file: model.onnx
            inputs:
              - tensor: features
                features: [{column: x}]
            outputs:
              - {tensor: score, column: score}
            """;

    final Path folder;
    final Path home;
    final Path input;
    final Path model;
    public final Path file;
    private final String name;
    private @Nullable Path configuration;
    private Clock clock = CommandRun.CLOCK;

    private SmallJob(Path folder, String name) {
        this.folder = folder;
        this.home = folder.resolve("home");
        this.input = folder.resolve("input.parquet");
        this.model = folder.resolve("model");
        this.file = folder.resolve("small.yaml");
        this.name = name;
    }

    public static SmallJob in(Path folder) {
        SmallJob job = new SmallJob(folder, "small");
        job.input(ROWS);
        job.model(OnnxBytes.graph().node("Identity", "", "features", "score"), SIGNATURE);
        job.definition("");
        return job;
    }

    /** Keeps results and the record of runs in a PostgreSQL database. */
    SmallJob onServer(String url) {
        return configuration(
                "databases: {server: {url: '" + url + "', user: postgres}}\nmetadata: server\nlease: 2s\n");
    }

    /** Keeps results and the record of runs in two PostgreSQL databases. */
    SmallJob onServers(String results, String metadata) {
        return configuration("databases:\n  a: {url: '" + results
                + "', user: postgres, timeouts: {socket: 4s, statement: 3s, lock: 1s}}\n" + "  b: {url: '" + metadata
                + "', user: postgres, timeouts: {socket: 4s, statement: 3s, lock: 1s}}\nresults: a\nmetadata: b\n"
                + "lease: 2s\n");
    }

    /** The text of the configuration file. */
    SmallJob configuration(String text) {
        try {
            configuration = Files.writeString(folder.resolve("databases.yaml"), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets commands run as at another time. */
    SmallJob at(String instant) {
        clock = Clock.fixed(Instant.parse(instant), ZoneOffset.UTC);
        return this;
    }

    /** Writes the input from a query of DuckDB. */
    public SmallJob input(String sql) {
        write(input, sql);
        return this;
    }

    static void write(Path file, String sql) {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            Files.deleteIfExists(file);
            duck.createStatement()
                    .execute("copy (" + sql + ") to '" + file + "' (format parquet, row_group_size 20480)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A model of one column in and one out, float32 of open length each, around a graph's nodes. */
    public SmallJob model(OnnxBytes nodes, String signature) {
        return modelFile(
                OnnxBytes.model(nodes.input("features", OnnxBytes.FLOAT, 0, 1).output("score", OnnxBytes.FLOAT, 0, 1))
                        .toByteArray(),
                signature);
    }

    SmallJob modelFile(byte[] onnx, String signature) {
        try {
            Files.createDirectories(model);
            Files.write(model.resolve("model.onnx"), onnx);
            Files.writeString(model.resolve("model.yaml"), signature);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SmallJob signature(String signature) {
        try {
            Files.writeString(model.resolve("model.yaml"), signature);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Further keys of the job file; a table is its output where they name none. */
    public SmallJob definition(String more) {
        String output = more.contains("output:") ? "" : "output: {table: small}\n";
        try {
            Files.writeString(file, """
                    job: %s
                    source: {parquet: {path: '%s'}}
                    key: [id]
                    model: '%s'
                    """.formatted(name, input, model) + output + more);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CommandRun run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json", "run", file.toString()));
        arguments.addAll(List.of(more));
        return command(arguments.toArray(String[]::new));
    }

    CommandRun command(String... arguments) {
        CommandRun run = CommandRun.of(
                clock,
                configuration == null
                        ? Map.of("NIGHTSHIFT_HOME", home.toString())
                        : Map.of("NIGHTSHIFT_HOME", home.toString(), "NIGHTSHIFT_CONFIG", configuration.toString()),
                arguments);
        assertThat(run.out() + run.err())
                .as("no trace reaches a user")
                .doesNotContain("\tat ")
                .doesNotContain("Caused by")
                .doesNotContain("Exception in thread");
        return run;
    }

    JsonNode newestRun() {
        return command("--output", "json", "runs").outJson().get("runs").get(0);
    }

    /**
     * The newest run once it has ended. Where even its end could not be recorded, whoever looks next waits for its lease.
     *
     * @param as what is being tried, for a failure
     */
    JsonNode settledRun(String as) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        JsonNode newest = newestRun();
        while (!List.of("FAILED", "COMPLETED").contains(newest.get("state").asString())) {
            assertThat(System.nanoTime()).as("%s%s", as, newest).isLessThan(deadline);
            newest = newestRun();
        }
        return newest;
    }

    /** A run that must complete, as its JSON. */
    JsonNode completes(String... more) {
        CommandRun run = run(more);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return run.outJson();
    }

    /**
     * A run that must be launched and fail, and leave what readers see as it was.
     *
     * @param said parts of its message or place
     */
    JsonNode fails(int exit, String code, String... said) {
        List<List<String>> before = published();
        CommandRun run = run();
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exit);
        JsonNode error = run.errJson();
        assertThat(error.get("code").asString()).as(run.err()).isEqualTo(code);
        assertThat(error.get("message").asString() + " " + error.get("where")).contains("nothing was published");

        if (said.length > 0) {
            assertThat(error.get("message").asString() + " " + error.get("where"))
                    .contains(said);
        }
        JsonNode document = run.outJson();
        assertThat(document.get("state").asString()).isEqualTo("FAILED");
        assertThat(document.get("published").asBoolean()).isFalse();
        assertThat(document.get("failure").get("code").asString()).isEqualTo(code);
        assertThat(published()).as("what readers see").isEqualTo(before);
        return document;
    }

    /** What readers of the result view see; empty before the first run. */
    List<List<String>> published() {
        return Files.exists(home.resolve("nightshift.mv.db"))
                        && rows("select 1 from information_schema.views where table_name = 'SMALL_CURRENT'")
                                        .size()
                                == 1
                ? rows("select id, score from small_current order by id")
                : List.of();
    }

    List<List<String>> rows(String sql) {
        CommandRun run = command("--output", "json", "query", sql, "--limit", "100000");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return StreamSupport.stream(run.outJson().get("rows").spliterator(), false)
                .map(row -> StreamSupport.stream(row.spliterator(), false)
                        .map(value -> value.isNull() ? "null" : value.asString())
                        .toList())
                .toList();
    }
}
