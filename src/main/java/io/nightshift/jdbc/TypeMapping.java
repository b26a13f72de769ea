package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The column type that holds every value of a database's type without loss. */
final class TypeMapping {

    private static final int MOST_DIGITS = 38;
    private static final int MICROS_DIGITS = 6;
    /** Types that drivers report as text or numbers although their values are something else. */
    private static final Set<String> DECEIVING = Set.of("json", "jsonb", "xml", "money", "bit", "varbit", "year");
    /** Types of text that drivers report as unknown. */
    private static final Set<String> TEXT = Set.of("citext", "enum");

    private TypeMapping() {}

    /** Empty where no column type holds the values; {@link #advice} says what to do then. */
    static Optional<ColumnType> of(ResultSetMetaData columns, int index) throws SQLException {
        String name = name(columns, index);
        boolean isBoolean = columns.getColumnType(index) == Types.BIT && name.startsWith("bool");
        if (DECEIVING.contains(name) && !isBoolean) {
            return name.equals("bit") && columns.getPrecision(index) == 1 && !isPostgres(columns)
                    ? Optional.of(ColumnType.of(Kind.BOOLEAN))
                    : Optional.empty();
        }
        if (TEXT.contains(name)) {
            return Optional.of(ColumnType.of(Kind.STRING));
        }
        boolean unsigned = name.contains("unsigned");
        return switch (columns.getColumnType(index)) {
            case Types.BIT, Types.BOOLEAN -> Optional.of(ColumnType.of(Kind.BOOLEAN));
            case Types.TINYINT -> Optional.of(ColumnType.of(unsigned ? Kind.UINT8 : Kind.INT8));
            case Types.SMALLINT -> Optional.of(ColumnType.of(unsigned ? Kind.UINT16 : Kind.INT16));
            case Types.INTEGER -> Optional.of(ColumnType.of(unsigned ? Kind.UINT32 : Kind.INT32));
            case Types.BIGINT -> Optional.of(ColumnType.of(unsigned ? Kind.UINT64 : Kind.INT64));
            case Types.REAL -> Optional.of(ColumnType.of(Kind.FLOAT32));
            case Types.DOUBLE, Types.FLOAT -> Optional.of(ColumnType.of(Kind.FLOAT64));
            case Types.NUMERIC, Types.DECIMAL -> decimal(columns.getPrecision(index), columns.getScale(index));
            case Types.DATE -> Optional.of(ColumnType.of(Kind.DATE));
            case Types.TIME ->
                name.equals("timetz") ? Optional.empty() : Optional.of(ColumnType.time(unit(columns.getScale(index))));
            case Types.TIMESTAMP ->
                Optional.of(ColumnType.timestamp(unit(columns.getScale(index)), hasInstant(columns, name)));
            case Types.TIMESTAMP_WITH_TIMEZONE ->
                Optional.of(ColumnType.timestamp(unit(columns.getScale(index)), true));
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB -> Optional.of(ColumnType.of(Kind.STRING));
            default -> name.equals("uuid") ? Optional.of(ColumnType.of(Kind.UUID)) : Optional.empty();
        };
    }

    /** PostgreSQL's driver and MySQL's give the same number to timestamps with and without an instant. */
    private static boolean hasInstant(ResultSetMetaData columns, String name) throws SQLException {
        return name.equals("timestamptz")
                || (name.equals("timestamp")
                        && columns.getClass().getName().toLowerCase(Locale.ROOT).matches(".*(mysql|mariadb).*"));
    }

    private static boolean isPostgres(ResultSetMetaData columns) {
        return columns.getClass().getName().startsWith("org.postgresql.");
    }

    private static String name(ResultSetMetaData columns, int index) throws SQLException {
        String name = columns.getColumnTypeName(index).toLowerCase(Locale.ROOT);
        return name.startsWith("enum") ? "enum" : name;
    }

    private static Optional<ColumnType> decimal(int precision, int scale) {
        return precision < 1 || precision > MOST_DIGITS || scale < 0 || scale > precision
                ? Optional.empty()
                : Optional.of(ColumnType.decimal(precision, scale));
    }

    private static TimeUnit unit(int digits) {
        return digits <= MICROS_DIGITS ? TimeUnit.MICROS : TimeUnit.NANOS;
    }

    static String advice(ResultSetMetaData columns, int index) throws SQLException {
        return switch (columns.getColumnType(index)) {
            case Types.NUMERIC, Types.DECIMAL ->
                "a number without a fixed count of at most " + MOST_DIGITS
                        + " digits; use a query that casts it, such as cast(x as numeric(18, 4)) or cast(x as double"
                        + " precision)";
            case Types.ARRAY -> "an array; use a query that takes single elements of it";
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> "bytes, which no feature takes";
            default -> "of a type that no column holds; use a query that casts it to text or a number";
        };
    }
}
