package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.parquet.Compression;
import io.nightshift.parquet.DuckDbText;
import io.nightshift.parquet.ParquetTableWriter;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A job of a test, run as a user would, in a folder of its own; its results read as other programs read them. */
final class JobRun {

    private final Path folder;
    private final Path home;
    private final @Nullable String server;

    JobRun(Path folder) {
        this(folder, folder.resolve("home"));
    }

    /** In a home that several share. */
    JobRun(Path folder, Path home) {
        this(folder, home, null);
    }

    private JobRun(Path folder, Path home, @Nullable String server) {
        this.folder = folder;
        this.home = home;
        this.server = server;
    }

    /** The same with its tables in a PostgreSQL database. */
    JobRun onServer(String url) {
        return new JobRun(folder, home, url);
    }

    Path home() {
        return home;
    }

    Path folder() {
        return folder;
    }

    Path files() {
        return folder.resolve("out");
    }

    /** Writes a Parquet file and returns its path. */
    Path write(String name, RecordBatch... batches) {
        Path file = folder.resolve(name);
        try (Storages storages = Storages.defaults();
                ParquetTableWriter writer = ParquetTableWriter.create(
                        storages.of(file.toString()), file.toString(), batches[0].schema(), Compression.ZSTD)) {
            for (RecordBatch batch : batches) {
                writer.append(batch);
            }
            writer.finish();
        }
        return file;
    }

    /** Runs the job of this text; {@code OUT} in it is the folder of the result files. */
    CommandRun run(String job) throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, job.replace("OUT", files().toString()));
        Map<String, String> environment = new HashMap<>(Map.of("NIGHTSHIFT_HOME", home.toString()));
        if (server != null) {
            Path configuration = folder.resolve("databases.yaml");
            Files.writeString(
                    configuration, "databases: {server: {url: '" + server + "', user: postgres}}\nresults: server\n");
            environment.put("NIGHTSHIFT_CONFIG", configuration.toString());
        }
        return CommandRun.of(environment, "--output", "json", "run", file.toString());
    }

    /** The same for a job that must complete. */
    JsonNode completed(String job) throws IOException {
        CommandRun run = run(job);
        assertThat(run.exitCode()).as("%s%s", run.out(), run.err()).isZero();
        return run.outJson();
    }

    /** {@code read_parquet([...])} over the published files whose path starts so, as the manifest names them. */
    String parquet(String start) {
        JsonNode manifest =
                JsonMapper.shared().readTree(files().resolve("manifest.json").toFile());
        List<String> paths = new ArrayList<>();
        for (JsonNode file : manifest.get("files")) {
            String path = file.get("path").asString();
            if (path.substring(path.indexOf('/') + 1).startsWith(start)) {
                paths.add("'" + files().resolve(path) + "'");
            }
        }
        return "read_parquet(" + paths + ", hive_partitioning = false)";
    }

    List<List<@Nullable String>> fileRows(String start, Schema schema, String orderBy) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            return DuckDbText.rows(duckdb, parquet(start) + " ORDER BY " + orderBy, schema);
        }
    }

    /** The one row of the predictions' files. DuckDB's sorting would not tell -0.0 from 0.0. */
    @Nullable
    String onlyFileValue(Field column) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            return DuckDbText.rows(duckdb, parquet("predictions/"), new Schema(List.of(column)))
                    .get(0)
                    .get(0);
        }
    }

    /** Rows of a table or view, in the spelling of {@link io.nightshift.data.Column#text}. */
    List<List<@Nullable String>> tableRows(String relation, Schema schema, String orderBy) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        String columns = String.join(
                ", ",
                schema.names().stream()
                        .map(name -> '"'
                                + (server == null ? name.toUpperCase(Locale.ROOT) : name.toLowerCase(Locale.ROOT))
                                + '"')
                        .toList());
        try (Connection database = database();
                ResultSet found = database.createStatement()
                        .executeQuery("select " + columns + " from " + relation + " order by " + orderBy)) {
            while (found.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 0; i < schema.size(); i++) {
                    row.add(text(schema.field(i).type(), found, i + 1));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Where the tables are. */
    Connection database() throws SQLException {
        return server == null ? h2() : DriverManager.getConnection(server, "postgres", "");
    }

    Connection h2() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:file:" + home().toAbsolutePath().resolve("nightshift"), "reader", "reader");
    }

    private static @Nullable String text(ColumnType type, ResultSet row, int index) throws SQLException {
        if (row.getObject(index) == null) {
            return null;
        }
        return switch (type.kind()) {
            case DATE -> row.getObject(index, LocalDate.class).toString();
            case TIME -> row.getObject(index, LocalTime.class).toString();
            case TIMESTAMP ->
                type.utc()
                        ? row.getObject(index, OffsetDateTime.class)
                                        .withOffsetSameInstant(java.time.ZoneOffset.UTC)
                                        .toLocalDateTime()
                                + "Z"
                        : row.getObject(index, LocalDateTime.class).toString();
            case DECIMAL, UINT64 -> row.getObject(index, BigDecimal.class).toPlainString();
            default -> row.getObject(index).toString();
        };
    }
}
