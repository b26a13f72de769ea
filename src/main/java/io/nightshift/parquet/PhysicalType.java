package io.nightshift.parquet;

import org.apache.parquet.schema.PrimitiveType;

/**
 * How a column's values are stored.
 *
 * @param fixedLength bytes of a value where all have the same number, 0 for BOOLEAN and BINARY
 */
record PhysicalType(Kind kind, int fixedLength) {

    enum Kind {
        BOOLEAN,
        INT32,
        INT64,
        INT96,
        FLOAT,
        DOUBLE,
        BINARY,
        FIXED
    }

    static PhysicalType of(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> new PhysicalType(Kind.BOOLEAN, 0);
            case INT32 -> new PhysicalType(Kind.INT32, Integer.BYTES);
            case INT64 -> new PhysicalType(Kind.INT64, Long.BYTES);
            case INT96 -> new PhysicalType(Kind.INT96, 12);
            case FLOAT -> new PhysicalType(Kind.FLOAT, Float.BYTES);
            case DOUBLE -> new PhysicalType(Kind.DOUBLE, Double.BYTES);
            case BINARY -> new PhysicalType(Kind.BINARY, 0);
            case FIXED_LEN_BYTE_ARRAY -> new PhysicalType(Kind.FIXED, type.getTypeLength());
        };
    }
}
