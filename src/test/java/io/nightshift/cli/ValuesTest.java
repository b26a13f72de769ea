package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.onnx.OnnxBytes;
import io.nightshift.parquet.DuckDbText;
import io.nightshift.score.TensorModels;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of hard values, each run through a job of its own: the table of docs/reference/values.md, cell by cell. */
class ValuesTest {

    private static final Path PAGE = Path.of("docs/reference/values.md");
    private static final String START = "<!-- values: made from runs by ValuesTest -->\n";
    private static final String END = "<!-- end of values -->";

    private static final ColumnType DOUBLE = ColumnType.of(Kind.FLOAT64);
    private static final ColumnType LONG = ColumnType.of(Kind.INT64);
    private static final ColumnType STRING = ColumnType.of(Kind.STRING);
    private static final ColumnType MICROS = ColumnType.timestamp(TimeUnit.MICROS, false);

    /** A value in a Parquet file; null for a null. */
    private record Hard(
            String name, ColumnType type, @Nullable Object value) {}

    private static final List<Hard> VALUES = List.of(
            new Hard("NaN", DOUBLE, Double.NaN),
            new Hard("Infinity", DOUBLE, Double.POSITIVE_INFINITY),
            new Hard("-Infinity", DOUBLE, Double.NEGATIVE_INFINITY),
            new Hard("-0.0", DOUBLE, -0.0),
            new Hard("the least subnormal, 4.9E-324", DOUBLE, Double.MIN_VALUE),
            new Hard("the largest double, 1.8E308", DOUBLE, Double.MAX_VALUE),
            new Hard("the largest int64", LONG, Long.MAX_VALUE),
            new Hard("the least int64", LONG, Long.MIN_VALUE),
            new Hard("a decimal(38,0) of 38 nines", ColumnType.decimal(38, 0), "9".repeat(38)),
            new Hard("1970-01-01", ColumnType.of(Kind.DATE), 0),
            new Hard("the first date of int32", ColumnType.of(Kind.DATE), Integer.MIN_VALUE),
            new Hard("the last date of int32", ColumnType.of(Kind.DATE), Integer.MAX_VALUE),
            new Hard("1969-12-31T23:59:59.999999", MICROS, -1L),
            new Hard("the first timestamp(micros)", MICROS, Long.MIN_VALUE),
            new Hard("the last timestamp(micros)", MICROS, Long.MAX_VALUE),
            new Hard("a text with a NUL byte", STRING, new byte[] {'a', 0, 'b'}),
            new Hard("a lone surrogate, bytes ED A0 80", STRING, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}),
            new Hard("the empty text", STRING, new byte[0]),
            new Hard("null", DOUBLE, null));

    @TempDir
    private Path folder;

    private final String server = PostgresServer.newDatabase();

    private int jobs;

    /** Where a result is. */
    private enum Place {
        PARQUET("output: {parquet: OUT}"),
        H2("output: {table: TABLE}"),
        POSTGRESQL("output: {table: TABLE}");

        private final String output;

        Place(String output) {
            this.output = output;
        }

        boolean table() {
            return this != PARQUET;
        }

        @Override
        public String toString() {
            return switch (this) {
                case PARQUET -> "Parquet";
                case H2 -> "H2";
                case POSTGRESQL -> "PostgreSQL";
            };
        }
    }

    @Test
    void thePageSaysWhatHappens() throws Exception {
        StringBuilder table = new StringBuilder(
                "| value | as a feature, float32 | as a feature, float64 | as the key | kept, in Parquet | kept, in H2 | kept, in PostgreSQL |\n"
                        + "|---|---|---|---|---|---|---|\n");
        for (Hard value : VALUES) {
            table.append("| ").append(value.name());
            List<String> cells = new ArrayList<>();
            cells.add(feature(value, OnnxBytes.FLOAT, "float32"));
            cells.add(feature(value, OnnxBytes.DOUBLE, "float64"));
            cells.add(key(value));
            cells.addAll(kept(value));
            cells.forEach(cell -> table.append(" | ").append(cell));
            table.append(" |\n");
        }
        table.append("\n| the model gives | outcome of the row |\n|---|---|\n");
        outputs().forEach((given, outcome) -> table.append("| ")
                .append(given)
                .append(" | ")
                .append(outcome)
                .append(" |\n"));
        table.append("\n| two rows with the key | outcome |\n|---|---|\n");
        twins().forEach((keys, outcome) ->
                table.append("| ").append(keys).append(" | ").append(outcome).append(" |\n"));
        String text = Files.readString(PAGE);
        String current =
                text.substring(0, text.indexOf(START) + START.length()) + table + text.substring(text.indexOf(END));
        if (Boolean.getBoolean("nightshift.regenerate")) {
            Files.writeString(PAGE, current);
        }
        assertThat(text).isEqualTo(current);
    }

    /** A folder of its own in a home for all; TABLE in a job is a table of its own. */
    private JobRun job() throws IOException {
        return new JobRun(Files.createDirectory(folder.resolve("job_" + jobs++)), folder.resolve("home"));
    }

    private JobRun job(Place place) throws IOException {
        return place == Place.POSTGRESQL ? job().onServer(server) : job();
    }

    /** The outcome, or where it is which. */
    private static String joined(Map<Place, String> outcomes) {
        Map<String, List<String>> places = new LinkedHashMap<>();
        outcomes.forEach((place, outcome) ->
                places.computeIfAbsent(outcome, key -> new ArrayList<>()).add(place.toString()));
        return places.size() == 1
                ? places.keySet().iterator().next()
                : places.entrySet().stream()
                        .map(entry -> entry.getKey() + " in " + String.join(" and ", entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String table(JobRun job) {
        return job.folder().getFileName().toString();
    }

    private static CommandRun run(JobRun job, String text) throws IOException {
        return job.run(text.replace("TABLE", table(job)));
    }

    /** Rows with an id, a constant to score and the values. */
    private static RecordBatch rows(ColumnType type, List<@Nullable Object> values) {
        Schema schema = new Schema(
                List.of(new Field("id", LONG, false), new Field("one", DOUBLE, false), new Field("value", type, true)));
        RecordBatch batch = new RecordBatch(schema, values.size());
        batch.clear(0);
        for (int row = 0; row < values.size(); row++) {
            ((LongColumn) batch.column(0)).values()[row] = row;
            ((DoubleColumn) batch.column(1)).values()[row] = 1;
            put(batch.column(2), row, values.get(row));
        }
        batch.rows(values.size());
        return batch;
    }

    private static void put(Column column, int row, @Nullable Object value) {
        if (value == null) {
            column.setNull(row);
        } else if (column instanceof BytesColumn bytes) {
            bytes.append(row, value instanceof String digits ? new BigInteger(digits).toByteArray() : (byte[]) value);
        } else if (column instanceof DoubleColumn doubles) {
            doubles.values()[row] = (Double) value;
        } else if (column instanceof IntColumn ints) {
            ints.values()[row] = (Integer) value;
        } else {
            ((LongColumn) column).values()[row] = (Long) value;
        }
    }

    private static List<@Nullable Object> one(@Nullable Object value) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(value);
        return values;
    }

    private static Path identity(Path folder, int type, String name, String feature) {
        return TensorModels.write(
                folder,
                OnnxBytes.graph()
                        .node("Identity", "", "in", "out")
                        .input("in", type, 0)
                        .output("out", type, 0),
                """
                inputs:
                  - {tensor: in, type: %s, features: [%s]}
                outputs:
                  - {tensor: out, type: %s, column: y}
                """.formatted(name, feature, name));
    }

    /** As the number that the model sees: of texts their place in a vocabulary, of times their epoch. */
    private String feature(Hard hard, int tensor, String name) throws Exception {
        JobRun job = job();
        Path input = job.write("in.parquet", rows(hard.type(), one(hard.value())));
        String transform =
                switch (hard.type().kind()) {
                    case STRING -> ", transform: index, values: [a, b], unknown: 0";
                    case DATE -> ", transform: epoch, unit: days";
                    case TIMESTAMP -> ", transform: epoch, unit: micros";
                    default -> "";
                };
        Path model = identity(folder.resolve("model-" + jobs), tensor, name, "{column: value" + transform + "}");
        CommandRun run = run(job, text("feature", input, "id", model, "output: {table: TABLE}"));
        if (run.exitCode() != 0) {
            return failure(run);
        }
        if (run.outJson().get("rows").get("rejected").asLong() == 1) {
            return rejected(job);
        }
        return "the number " + one(job, "select y from " + table(job) + "_current");
    }

    private String key(Hard hard) throws Exception {
        Map<Place, String> outcomes = new EnumMap<>(Place.class);
        for (Place place : Place.values()) {
            JobRun job = job(place);
            Path input = job.write("in.parquet", rows(hard.type(), one(hard.value())));
            Path model = identity(folder.resolve("model-" + jobs), OnnxBytes.DOUBLE, "float64", "{column: one}");
            CommandRun run = run(job, text("key", input, "value", model, place.output));
            outcomes.put(place, outcome(job, hard, place, run));
        }
        return joined(outcomes);
    }

    private List<String> kept(Hard hard) throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (Place place : Place.values()) {
            JobRun job = job(place);
            Path input = job.write("in.parquet", rows(hard.type(), one(hard.value())));
            Path model = identity(folder.resolve("model-" + jobs), OnnxBytes.DOUBLE, "float64", "{column: one}");
            String output = place.output.replace("{", "{keep: [value], ");
            outcomes.add(outcome(job, hard, place, run(job, text("kept", input, "id", model, output))));
        }
        return outcomes;
    }

    private static String outcome(JobRun job, Hard hard, Place place, CommandRun run) throws SQLException {
        if (run.exitCode() != 0) {
            return failure(run);
        }
        if (run.outJson().get("rows").get("rejected").asLong() == 1) {
            return place.table() ? rejected(job) : "rejected, " + reasonInFile(job);
        }
        return compare(job, hard, place.table());
    }

    private static String text(String job, Path input, String key, Path model, String output) {
        return """
                job: %s
                source: {parquet: {path: %s}}
                key: [%s]
                model: %s
                %s
                rejects: {max_share: 100%%}
                """.formatted(job, input, key, model, output);
    }

    /** Whether the result holds the value that the input held. */
    private static String compare(JobRun job, Hard hard, boolean table) throws SQLException {
        Schema schema = new Schema(List.of(new Field("value", hard.type(), true)));
        RecordBatch written = rows(hard.type(), one(hard.value()));
        String read;
        if (table) {
            read = job.tableRows(table(job) + "_current", schema, "1").get(0).get(0);
        } else {
            try {
                read = job.onlyFileValue(schema.field(0));
            } catch (SQLException e) {
                assertThat(e.getMessage()).contains("not valid UTF8");
                return "bytes kept; readers that check UTF-8 refuse the file";
            }
        }
        if (!table && read == null && Objects.equals(hard.value(), Long.MAX_VALUE)) {
            // DuckDB has this number for the infinite timestamp.
            return "kept; DuckDB takes it for infinity";
        }
        if (hard.value() instanceof byte[] bytes && read != null) {
            byte[] found = read.getBytes(StandardCharsets.UTF_8);
            return Arrays.equals(found, bytes)
                    ? "kept"
                    : "kept as " + read.replace("\uFFFD", "U+FFFD ").strip();
        }
        String expected = table ? written.column("value").text(0) : DuckDbText.expected(written.column("value"), 0);
        return Objects.equals(read, expected) ? "kept" : "kept as " + read;
    }

    private static String failure(CommandRun run) {
        JsonNode said = run.out().isBlank() ? run.errJson() : run.outJson().get("failure");
        return "the run fails, " + said.get("code").asString();
    }

    private static String rejected(JobRun job) throws SQLException {
        return "rejected, " + one(job, "select reason from " + table(job) + "_rejects_current");
    }

    private static String reasonInFile(JobRun job) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows =
                        duckdb.createStatement().executeQuery("select reason from " + job.parquet("rejects/"))) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String one(JobRun job, String sql) throws SQLException {
        try (Connection database = job.database();
                ResultSet rows = database.createStatement().executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getObject(1));
        }
    }

    /** Outputs made by models that answer so whatever they are asked. */
    private Map<String, String> outputs() throws Exception {
        Map<String, String> outcomes = new LinkedHashMap<>();
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("NaN", "nan");
        inputs.put("Infinity", "1e3");
        inputs.put("-0.0", "-0.0");
        inputs.put("a subnormal, 1.0E-40", "1e-40");
        inputs.put("a number outside `range`", "0.5");
        for (Map.Entry<String, String> input : inputs.entrySet()) {
            Map<Place, String> found = new EnumMap<>(Place.class);
            for (Place place : Place.values()) {
                found.put(place, output(job(place), place, input.getKey(), input.getValue()));
            }
            outcomes.put(input.getKey(), joined(found));
        }
        return outcomes;
    }

    private String output(JobRun job, Place place, String name, String value) throws Exception {
        Path model = TensorModels.write(
                folder.resolve("model-" + jobs),
                OnnxBytes.graph()
                        .node(name.equals("Infinity") ? "Exp" : "Identity", "", "in", "out")
                        .input("in", OnnxBytes.FLOAT, 0)
                        .output("out", OnnxBytes.FLOAT, 0),
                """
                inputs:
                  - {tensor: in, features: [{column: value, missing: %s}]}
                outputs:
                  - {tensor: out, column: y%s}
                """.formatted(value, name.contains("range") ? ", range: [1, 2]" : ""));
        Path data = job.write("in.parquet", rows(DOUBLE, one(null)));
        CommandRun run = run(job, text("output", data, "id", model, place.output));
        if (run.exitCode() != 0) {
            return failure(run);
        }
        if (run.outJson().get("rows").get("rejected").asLong() == 1) {
            return place.table() ? rejected(job) : "rejected, " + reasonInFile(job);
        }
        Schema y = new Schema(List.of(new Field("y", ColumnType.of(Kind.FLOAT32), false)));
        return "predicted as "
                + (place.table()
                        ? job.tableRows(table(job) + "_current", y, "1").get(0).get(0)
                        : job.onlyFileValue(y.field(0)));
    }

    private Map<String, String> twins() throws Exception {
        Map<String, String> outcomes = new LinkedHashMap<>();
        Map<String, List<Object>> keys = new LinkedHashMap<>();
        keys.put("7 and 7", List.of(7L, 7L));
        keys.put("NaN and NaN", List.of(Double.NaN, Double.NaN));
        keys.put("0.0 and -0.0", List.of(0.0, -0.0));
        keys.put("\"a\" and \"A\"", List.of(new byte[] {'a'}, new byte[] {'A'}));
        keys.put("\"a\" and \"a \"", List.of(new byte[] {'a'}, new byte[] {'a', ' '}));
        for (Map.Entry<String, List<Object>> twin : keys.entrySet()) {
            Object first = twin.getValue().get(0);
            ColumnType type = first instanceof Long ? LONG : first instanceof Double ? DOUBLE : STRING;
            Map<Place, String> found = new EnumMap<>(Place.class);
            for (Place place : Place.values()) {
                JobRun job = job(place);
                Path input = job.write("in.parquet", rows(type, new ArrayList<>(twin.getValue())));
                Path model = identity(folder.resolve("model-" + jobs), OnnxBytes.DOUBLE, "float64", "{column: one}");
                CommandRun run = run(job, text("twins", input, "value", model, place.output));
                found.put(place, run.exitCode() == 0 ? "both kept" : failure(run));
            }
            outcomes.put(twin.getKey(), joined(found));
        }
        return outcomes;
    }
}
