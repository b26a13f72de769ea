package io.nightshift.registry;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.registry.ModelSignature.Input;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows with the outputs that the model must give for them, read from a JSON file:
 * {@code {"tolerance": 1e-6, "rows": [{"input": {column: value}, "expected": {column: value}}]}}. Dates and timestamps
 * are ISO texts. Immutable.
 */
public final class GoldenRows {

    private static final double DEFAULT_TOLERANCE = 1e-6;

    private final String file;
    private final double tolerance;
    private final Schema schema;
    private final List<Map<String, JsonNode>> inputs;
    private final List<Map<String, Object>> expected;

    private GoldenRows(
            String file,
            double tolerance,
            Schema schema,
            List<Map<String, JsonNode>> inputs,
            List<Map<String, Object>> expected) {
        this.file = file;
        this.tolerance = tolerance;
        this.schema = schema;
        this.inputs = inputs;
        this.expected = List.copyOf(expected);
    }

    /** @throws NightshiftException DEFINITION_INVALID for a file that is not of this form */
    static GoldenRows read(Path file, List<Input> inputs) {
        try {
            JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(file));
            return parse(file.toString(), root, inputs);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw invalid(file.toString(), line, column, "is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw invalid(file.toString(), 0, 0, "cannot be read: " + e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw invalid(file.toString(), 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private static GoldenRows parse(String file, JsonNode root, List<Input> inputs) {
        JsonNode rows = root.path("rows");
        if (!rows.isArray() || rows.isEmpty()) {
            throw new IllegalArgumentException("has no list 'rows' with at least one row");
        }
        Map<String, Boolean> times = new LinkedHashMap<>();
        for (Input input : inputs) {
            for (Feature feature : input.features()) {
                boolean time =
                        feature.reading() instanceof Transform.Calendar || feature.reading() instanceof Transform.Epoch;
                times.merge(feature.column(), time, Boolean::logicalOr);
            }
        }
        List<Map<String, JsonNode>> values = new ArrayList<>();
        List<Map<String, Object>> expected = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            values.add(inputOf(rows.get(row), row, times.keySet()));
            expected.add(expectedOf(rows.get(row), row));
        }
        List<Field> fields = new ArrayList<>();
        times.forEach((column, time) -> fields.add(new Field(column, typeOf(column, time, values), true)));
        double tolerance = root.path("tolerance").asDouble(DEFAULT_TOLERANCE);
        GoldenRows golden = new GoldenRows(file, tolerance, new Schema(fields), values, expected);
        golden.newBatch();
        return golden;
    }

    private static Map<String, JsonNode> inputOf(JsonNode row, int number, Set<String> columns) {
        Map<String, JsonNode> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : row.path("input").properties()) {
            if (!columns.contains(entry.getKey())) {
                throw new IllegalArgumentException("row " + number + " has an input '" + entry.getKey()
                        + "' that no feature reads; the features read " + columns);
            }
            values.put(entry.getKey(), entry.getValue());
        }
        return values;
    }

    private static Map<String, Object> expectedOf(JsonNode row, int number) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : row.path("expected").properties()) {
            JsonNode value = entry.getValue();
            if (value.isNumber()) {
                values.put(entry.getKey(), value.doubleValue());
            } else if (value.isBoolean()) {
                values.put(entry.getKey(), value.booleanValue());
            } else {
                values.put(entry.getKey(), value.asString());
            }
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException("row " + number + " has no 'expected' output");
        }
        return values;
    }

    private static ColumnType typeOf(String column, boolean time, List<Map<String, JsonNode>> rows) {
        if (time) {
            return ColumnType.timestamp(ColumnType.TimeUnit.MICROS, false);
        }
        Set<ColumnType.Kind> kinds = rows.stream()
                .map(row -> row.get(column))
                .filter(value -> value != null && !value.isNull())
                .map(GoldenRows::kindOf)
                .collect(Collectors.toSet());
        if (kinds.isEmpty()) {
            return ColumnType.of(ColumnType.Kind.FLOAT64);
        }
        if (kinds.equals(Set.of(ColumnType.Kind.INT64, ColumnType.Kind.FLOAT64))) {
            return ColumnType.of(ColumnType.Kind.FLOAT64);
        }
        if (kinds.size() > 1) {
            throw new IllegalArgumentException("the input '" + column + "' has values of several kinds: " + kinds);
        }
        return ColumnType.of(kinds.iterator().next());
    }

    private static ColumnType.Kind kindOf(JsonNode value) {
        if (value.isBoolean()) {
            return ColumnType.Kind.BOOLEAN;
        }
        if (value.isNumber()) {
            return value.isIntegralNumber() ? ColumnType.Kind.INT64 : ColumnType.Kind.FLOAT64;
        }
        return ColumnType.Kind.STRING;
    }

    /** Where the rows were read from. */
    public String file() {
        return file;
    }

    /** How far a number may be from what is expected, absolutely or, beyond 1, relatively. */
    public double tolerance() {
        return tolerance;
    }

    public int size() {
        return inputs.size();
    }

    /** The columns of {@link #newBatch}: all that features read. */
    public Schema schema() {
        return schema;
    }

    /** The expected outputs of a row by column: Double, Boolean or String. */
    public Map<String, Object> expected(int row) {
        return expected.get(row);
    }

    /** A new batch of all rows' inputs, for the caller to keep or change. */
    public RecordBatch newBatch() {
        RecordBatch batch = new RecordBatch(schema, inputs.size());
        batch.clear(0);
        for (int column = 0; column < schema.size(); column++) {
            String name = schema.field(column).name();
            for (int row = 0; row < inputs.size(); row++) {
                fill(batch.column(column), row, inputs.get(row).get(name));
            }
        }
        batch.rows(inputs.size());
        return batch;
    }

    private static void fill(Column column, int row, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            if (column instanceof BytesColumn bytes) {
                bytes.appendNull(row);
            } else {
                column.setNull(row);
            }
        } else if (column instanceof BytesColumn bytes) {
            bytes.append(row, value.asString().getBytes(StandardCharsets.UTF_8));
        } else if (column instanceof BooleanColumn booleans) {
            booleans.values()[row] = value.booleanValue();
        } else if (column instanceof DoubleColumn doubles) {
            doubles.values()[row] = value.doubleValue();
        } else if (column instanceof LongColumn longs) {
            longs.values()[row] =
                    column.type().kind() == ColumnType.Kind.TIMESTAMP ? micros(value.asString()) : value.longValue();
        }
    }

    private static long micros(String text) {
        LocalDateTime time = text.contains("T")
                ? LocalDateTime.parse(text)
                : LocalDate.parse(text).atStartOfDay();
        return Math.addExact(
                Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), 1_000_000L), time.getNano() / 1_000L);
    }

    private static NightshiftException invalid(String file, int line, int column, String message) {
        return NightshiftException.invalidDefinitions(List.of(new Problem(file, line, column, message)));
    }
}
