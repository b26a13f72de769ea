package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.Seed;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.onnx.OnnxBytes;
import io.nightshift.parquet.DuckDbText;
import io.nightshift.score.TensorModels;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a whole run leaves, read by programs that share nothing with it: H2 by JDBC, the files by DuckDB. */
class RunResultsTest {

    @TempDir
    private Path folder;

    private static RecordBatch withId(RecordBatch rows, long first) {
        List<Field> fields = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        LongColumn ids = new LongColumn(ColumnType.of(Kind.INT64), rows.rows());
        for (int row = 0; row < rows.rows(); row++) {
            ids.values()[row] = first + row;
        }
        ids.size(rows.rows());
        fields.add(new Field("id", ids.type(), false));
        columns.add(ids);
        for (int i = 0; i < rows.schema().size(); i++) {
            fields.add(rows.schema().field(i));
            columns.add(rows.column(i));
        }
        return RecordBatch.over(new Schema(fields), columns);
    }

    @Test
    void tableAndFilesHoldTheInputsValuesOfEveryType() throws Exception {
        Seed seed = Seed.next();
        JobRun job = new JobRun(folder);
        RandomBatches random = new RandomBatches(seed.value(), 0.1);
        RecordBatch first = withId(random.next(RandomBatches.everyType(true), 700), 0);
        RecordBatch second = withId(random.next(RandomBatches.everyType(true), 500), 700);
        Path input = job.write("input.parquet", first, second);
        Path model = TensorModels.write(
                folder.resolve("model"),
                OnnxBytes.graph()
                        .node("Identity", "", "in", "out")
                        .input("in", OnnxBytes.DOUBLE, 0)
                        .output("out", OnnxBytes.DOUBLE, 0),
                """
                inputs:
                  - {tensor: in, type: float64, features: [{column: int32, missing: -7}]}
                outputs:
                  - {tensor: out, type: float64, column: prediction}
                """);

        JsonNode run = job.completed(
                """
                job: every-type
                source: {parquet: {path: %s}}
                key: [id]
                model: %s
                output: {keep: %s, table: every_type, parquet: OUT}
                compute: {batch_rows: 64, chunk_rows: 128}
                """.formatted(input, model, RandomBatches.everyType(true).names()));

        assertThat(run.get("rows").get("predicted").asLong()).as("%s", seed).isEqualTo(1200);
        List<List<@Nullable String>> table = job.tableRows("every_type_current", first.schema(), "id");
        List<List<@Nullable String>> files = job.fileRows("predictions/", first.schema(), "id");
        assertThat(table).hasSize(1200);
        assertThat(files).hasSize(1200);
        for (int row = 0; row < 1200; row++) {
            RecordBatch batch = row < 700 ? first : second;
            int at = row < 700 ? row : row - 700;
            for (int column = 0; column < batch.schema().size(); column++) {
                String what = seed + ", row " + row + " of " + batch.schema().field(column);
                String written = batch.column(column).text(at);
                // SQL knows one zero.
                assertThat(table.get(row).get(column)).as(what).isEqualTo("-0.0".equals(written) ? "0.0" : written);
                assertThat(files.get(row).get(column))
                        .as(what)
                        .isEqualTo(DuckDbText.expected(batch.column(column), at));
            }
        }
        Schema predictions = new Schema(List.of(
                new Field("id", ColumnType.of(Kind.INT64), false),
                new Field("prediction", ColumnType.of(Kind.FLOAT64), false)));
        assertThat(job.tableRows("every_type_current", predictions, "id"))
                .as("%s", seed)
                .isEqualTo(job.fileRows("predictions/", predictions, "id"));
        for (List<@Nullable String> row : job.fileRows("predictions/", predictions, "id")) {
            int id = Integer.parseInt(Objects.requireNonNull(row.get(0)));
            String value = id < 700
                    ? first.column("int32").text(id)
                    : second.column("int32").text(id - 700);
            assertThat(Double.parseDouble(Objects.requireNonNull(row.get(1))))
                    .as("%s, row %s", seed, id)
                    .isEqualTo(value == null ? -7 : Double.parseDouble(value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-delay", "flight-delay-gbdt-large", "flight-delay-mlp"})
    void aRunOverTheGoldenRowsGivesTheirOutputs(String model) throws Exception {
        JobRun job = new JobRun(folder);
        Path input = folder.resolve("golden.parquet");
        JsonNode golden = JsonMapper.shared()
                .readTree(
                        Path.of("sample-data/models/" + model + "/golden.json").toFile())
                .get("rows");
        List<String> values = new ArrayList<>();
        for (JsonNode row : golden) {
            JsonNode in = row.get("input");
            values.add("(%d::BIGINT, TIMESTAMP '%s', %d::INTEGER, '%s', '%s')"
                    .formatted(
                            values.size(),
                            in.get("date").asString(),
                            in.get("distance").asInt(),
                            in.get("origin").asString(),
                            in.get("destination").asString()));
        }
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            duckdb.createStatement()
                    .execute("COPY (SELECT * FROM (VALUES " + String.join(", ", values)
                            + ") t(flight_id, date, distance, origin, destination)) TO '" + input
                            + "' (FORMAT parquet)");
        }
        job.completed("""
                job: golden
                source: {parquet: {path: %s}}
                key: [flight_id]
                model: sample-data/models/%s
                output: {table: golden, parquet: OUT}
                """.formatted(input, model));

        Schema columns = new Schema(List.of(new Field("delay_probability", ColumnType.of(Kind.FLOAT32), false)));
        for (List<List<@Nullable String>> rows : List.of(
                job.tableRows("golden_current", columns, "flight_id"),
                job.fileRows("predictions/", columns, "flight_id"))) {
            assertThat(rows).hasSize(golden.size());
            for (int row = 0; row < rows.size(); row++) {
                assertThat(Double.parseDouble(
                                Objects.requireNonNull(rows.get(row).get(0))))
                        .as("row %s", row)
                        .isCloseTo(
                                golden.get(row)
                                        .get("expected")
                                        .get("delay_probability")
                                        .asDouble(),
                                within(1e-6));
            }
        }
    }

    @Test
    void aggregatesOfARunEqualDuckDbsOverItsFiles() throws Exception {
        JobRun job = new JobRun(folder);
        job.completed("""
                job: aggregates
                source: {parquet: {path: sample-data/flights.parquet}}
                key: [flight_id]
                model: sample-data/models/flight-delay
                output: {keep: [date, origin, distance, delay], table: flights, parquet: OUT}
                aggregates:
                  - name: overall
                """ + measures() + "  - name: by_origin\n    group_by: [origin]\n" + measures());
        String files = job.parquet("predictions/");
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Connection h2 = job.h2()) {
            for (String group : List.of("'all'", "origin")) {
                String view = group.equals("origin") ? "flights_by_origin_current" : "flights_overall_current";
                String aggregate = job.parquet(group.equals("origin") ? "aggregates/by_origin" : "aggregates/overall");
                List<double[]> expected = rows(duckdb, DUCKDB.formatted(group, files));
                String own = "select n, s, a, lo, hi, sd, above, h_0, h_1, h_2, d, q from %s order by "
                        + (group.equals("origin") ? "origin" : "n");
                compare(rows(h2, own.formatted(view)), expected);
                compare(rows(duckdb, own.formatted(aggregate)), expected);
                assertQuantileRank(duckdb, files, aggregate, group);
            }
        }
    }

    private static final String DUCKDB =
            "SELECT count(*), sum(distance), avg(delay_probability), min(delay), max(date)::DATE - DATE"
                    + " '1970-01-01', stddev_samp(delay_probability), avg(CASE WHEN delay_probability > 0.5 THEN 1.0 ELSE 0 END),"
                    + " count(*) FILTER (delay_probability < 0.25), count(*) FILTER (delay_probability >= 0.25 AND"
                    + " delay_probability < 0.5), count(*) FILTER (delay_probability >= 0.5), count(DISTINCT date), 0 FROM"
                    + " (SELECT %s AS g, * FROM %s) GROUP BY g ORDER BY g";

    private static String measures() {
        return """
                    measures:
                      n: {count: "*"}
                      s: {sum: distance}
                      a: {mean: delay_probability}
                      lo: {min: delay}
                      hi: {max: date}
                      sd: {stddev: delay_probability}
                      above: {share_above: delay_probability, threshold: 0.5}
                      h: {histogram: delay_probability, buckets: [0.25, 0.5]}
                      d: {distinct: date}
                      q: {quantile: delay_probability, at: 0.9}
                """;
    }

    private static List<double[]> rows(Connection connection, String sql) throws SQLException {
        List<double[]> rows = new ArrayList<>();
        try (ResultSet found = connection.createStatement().executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                double[] row = new double[columns];
                for (int i = 0; i < columns; i++) {
                    row[i] = number(Objects.requireNonNull(found.getObject(i + 1)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static double number(Object value) {
        return value instanceof Number number
                ? number.doubleValue()
                : ((java.sql.Timestamp) value).toLocalDateTime().toLocalDate().toEpochDay();
    }

    /** All but the approximate measures at the end exactly, or to the last digits that summing in doubles leaves. */
    private static void compare(List<double[]> rows, List<double[]> expected) {
        assertThat(rows).hasSameSizeAs(expected);
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < 12; i++) {
                double wanted = expected.get(row)[i];
                double slack = i == 2 || i == 5 || i == 6 ? 1e-9 * Math.abs(wanted) : i == 10 ? 0.07 * wanted : 0;
                if (i != 11) {
                    assertThat(rows.get(row)[i])
                            .as("row %s, measure %s", row, i)
                            .isCloseTo(wanted, within(slack));
                }
            }
        }
    }

    /** The quantile's rank among the rows themselves. */
    private static void assertQuantileRank(Connection duckdb, String files, String aggregate, String group)
            throws SQLException {
        String join = group.equals("origin") ? "p.origin = a.origin" : "true";
        List<double[]> ranks = rows(
                duckdb,
                "SELECT avg(CASE WHEN delay_probability < q THEN 1.0 ELSE 0 END), avg(CASE WHEN delay_probability <= q"
                        + " THEN 1.0 ELSE 0 END), count(*) FROM " + files + " p JOIN " + aggregate + " a ON " + join
                        + " GROUP BY p." + (group.equals("origin") ? "origin" : "delay_probability IS NULL"));
        for (double[] rank : ranks) {
            double slack = 0.03 + 1 / rank[2];
            assertThat(rank[0]).isLessThanOrEqualTo(0.9 + slack);
            assertThat(rank[1]).isGreaterThanOrEqualTo(0.9 - slack);
        }
    }
}
