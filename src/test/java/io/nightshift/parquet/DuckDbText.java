package io.nightshift.parquet;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as DuckDB reads them, in the spelling of {@link io.nightshift.data.Column#text}. */
public final class DuckDbText {

    private DuckDbText() {}

    public static List<List<@Nullable String>> rows(Connection duckdb, String relation, Schema schema)
            throws SQLException {
        List<String> expressions =
                schema.fields().stream().map(DuckDbText::expression).toList();
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (ResultSet found = duckdb.createStatement()
                .executeQuery("SELECT " + String.join(", ", expressions) + " FROM " + relation)) {
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

    /** A value as DuckDB can hold it: it keeps nanoseconds of local timestamps only. */
    public static @Nullable String expected(Column column, int row) {
        ColumnType type = column.type();
        boolean cut = type.unit() == TimeUnit.NANOS && !keepsNanos(type);
        if (!cut || column.isNull(row)) {
            return column.text(row);
        }
        long micros = ((LongColumn) column).values()[row] / 1000;
        ColumnType held = new ColumnType(type.kind(), 0, 0, TimeUnit.MICROS, type.utc());
        LongColumn copy = new LongColumn(held, 1);
        copy.values()[0] = micros;
        return copy.text(0);
    }

    /** Times and timestamps come as counts of their unit, so that nothing depends on the driver's calendars. */
    private static String expression(Field field) {
        String column = '"' + field.name() + '"';
        ColumnType type = field.type();
        return switch (type.kind()) {
            case DATE -> "(" + column + " - DATE '1970-01-01')";
            case TIME, TIMESTAMP -> (keepsNanos(type) ? "epoch_ns(" : "epoch_us(") + column + ")";
            case UUID -> column + "::VARCHAR";
            default -> column;
        };
    }

    private static @Nullable String text(ColumnType type, ResultSet row, int index) throws SQLException {
        Object value = row.getObject(index);
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case DATE -> LocalDate.ofEpochDay(((Number) value).longValue()).toString();
            case TIME ->
                LocalTime.ofNanoOfDay(nanos(type, value).longValueExact()).toString();
            case TIMESTAMP -> {
                BigInteger[] parts = nanos(type, value).divideAndRemainder(BigInteger.valueOf(1_000_000_000));
                long second = parts[0].longValueExact();
                long nanos = parts[1].longValueExact();
                yield LocalDateTime.ofEpochSecond(
                                nanos < 0 ? second - 1 : second,
                                (int) Math.floorMod(nanos, 1_000_000_000L),
                                ZoneOffset.UTC)
                        + (type.utc() ? "Z" : "");
            }
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            default -> value.toString();
        };
    }

    private static BigInteger nanos(ColumnType type, Object count) {
        long unit = keepsNanos(type) ? 1 : 1000;
        return BigInteger.valueOf(((Number) count).longValue()).multiply(BigInteger.valueOf(unit));
    }

    private static boolean keepsNanos(ColumnType type) {
        return type.unit() == TimeUnit.NANOS && type.kind() == Kind.TIMESTAMP && !type.utc();
    }
}
