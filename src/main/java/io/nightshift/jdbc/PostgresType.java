package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;

/** The SQL type of a column type, as PostgreSQL's catalogue writes it. */
final class PostgresType {

    private PostgresType() {}

    static String of(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case INT8, INT16, UINT8 -> "smallint";
            case INT32, UINT16 -> "integer";
            case INT64, UINT32 -> "bigint";
            case UINT64 -> "numeric(20,0)";
            case FLOAT32 -> "real";
            case FLOAT64 -> "double precision";
            case DECIMAL -> "numeric(" + type.precision() + "," + type.scale() + ")";
            case DATE -> "date";
            case TIME -> "time" + digits(type.unit()) + " without time zone";
            case TIMESTAMP -> "timestamp" + digits(type.unit()) + (type.utc() ? " with" : " without") + " time zone";
            case STRING -> "text";
            case UUID -> "uuid";
        };
    }

    /** PostgreSQL ends at microseconds; finer values are refused one by one, since most that are declared finer are not. */
    private static String digits(ColumnType.TimeUnit unit) {
        return switch (unit) {
            case NONE -> "(0)";
            case MILLIS -> "(3)";
            case MICROS, NANOS -> "(6)";
        };
    }
}
