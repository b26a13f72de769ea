package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;

/** The SQL type of a column type, in H2's words. */
final class SqlType {

    private SqlType() {}

    static String of(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8 -> "TINYINT";
            case INT16, UINT8 -> "SMALLINT";
            case INT32, UINT16 -> "INTEGER";
            case INT64, UINT32 -> "BIGINT";
            case UINT64 -> "NUMERIC(20)";
            case FLOAT32 -> "REAL";
            case FLOAT64 -> "DOUBLE PRECISION";
            case DECIMAL -> "NUMERIC(" + type.precision() + ", " + type.scale() + ")";
            case DATE -> "DATE";
            case TIME -> "TIME(" + digits(type.unit()) + ")";
            case TIMESTAMP -> "TIMESTAMP(" + digits(type.unit()) + ")" + (type.utc() ? " WITH TIME ZONE" : "");
            case STRING -> "CHARACTER VARYING";
            case UUID -> "UUID";
        };
    }

    private static int digits(ColumnType.TimeUnit unit) {
        return switch (unit) {
            case NONE -> 0;
            case MILLIS -> 3;
            case MICROS -> 6;
            case NANOS -> 9;
        };
    }
}
