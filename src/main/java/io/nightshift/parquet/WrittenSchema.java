package io.nightshift.parquet;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import java.math.BigInteger;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** The Parquet schema under which a {@link Schema} is written. */
final class WrittenSchema {

    private static final int UUID_BYTES = 16;
    private static final int INT32_DIGITS = 9;

    private WrittenSchema() {}

    static MessageType of(Schema schema) {
        return new MessageType(
                "nightshift",
                schema.fields().stream().<Type>map(WrittenSchema::of).toList());
    }

    /** The bytes that hold an unscaled decimal of so many digits with its sign. */
    static int decimalBytes(int precision) {
        return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / Byte.SIZE + 1;
    }

    private static PrimitiveType of(Field field) {
        ColumnType type = field.type();
        Types.PrimitiveBuilder<PrimitiveType> builder =
                field.nullable() ? Types.optional(physical(type)) : Types.required(physical(type));
        LogicalTypeAnnotation logical = logical(type);
        if (logical != null) {
            builder = builder.as(logical);
        }
        if (type.layout() == ColumnType.Layout.FLOAT || type.layout() == ColumnType.Layout.DOUBLE) {
            // Not parquet-java's default, IEEE 754 total order: readers that do not know it yet refuse the whole file.
            builder = builder.columnOrder(ColumnOrder.typeDefined());
        }
        if (physical(type) == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
            builder = builder.length(type.kind() == ColumnType.Kind.UUID ? UUID_BYTES : decimalBytes(type.precision()));
        }
        return builder.named(field.name());
    }

    private static PrimitiveTypeName physical(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
            case INT8, INT16, INT32, UINT8, UINT16, UINT32, DATE -> PrimitiveTypeName.INT32;
            case INT64, UINT64, TIMESTAMP -> PrimitiveTypeName.INT64;
            case TIME -> type.unit() == TimeUnit.MILLIS ? PrimitiveTypeName.INT32 : PrimitiveTypeName.INT64;
            case FLOAT32 -> PrimitiveTypeName.FLOAT;
            case FLOAT64 -> PrimitiveTypeName.DOUBLE;
            case DECIMAL -> {
                if (type.layout() == ColumnType.Layout.BYTES) {
                    yield PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
                }
                yield type.precision() <= INT32_DIGITS ? PrimitiveTypeName.INT32 : PrimitiveTypeName.INT64;
            }
            case STRING -> PrimitiveTypeName.BINARY;
            case UUID -> PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        };
    }

    private static @Nullable LogicalTypeAnnotation logical(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT32, INT64, FLOAT32, FLOAT64 -> null;
            case INT8 -> LogicalTypeAnnotation.intType(Byte.SIZE, true);
            case INT16 -> LogicalTypeAnnotation.intType(Short.SIZE, true);
            case UINT8 -> LogicalTypeAnnotation.intType(Byte.SIZE, false);
            case UINT16 -> LogicalTypeAnnotation.intType(Short.SIZE, false);
            case UINT32 -> LogicalTypeAnnotation.intType(Integer.SIZE, false);
            case UINT64 -> LogicalTypeAnnotation.intType(Long.SIZE, false);
            case DECIMAL -> LogicalTypeAnnotation.decimalType(type.scale(), type.precision());
            case DATE -> LogicalTypeAnnotation.dateType();
            case TIME -> LogicalTypeAnnotation.timeType(false, unit(type));
            case TIMESTAMP -> LogicalTypeAnnotation.timestampType(type.utc(), unit(type));
            case STRING -> LogicalTypeAnnotation.stringType();
            case UUID -> LogicalTypeAnnotation.uuidType();
        };
    }

    private static LogicalTypeAnnotation.TimeUnit unit(ColumnType type) {
        return switch (type.unit()) {
            case MILLIS -> LogicalTypeAnnotation.TimeUnit.MILLIS;
            case MICROS -> LogicalTypeAnnotation.TimeUnit.MICROS;
            case NANOS -> LogicalTypeAnnotation.TimeUnit.NANOS;
            case NONE -> throw new IllegalArgumentException(type.kind() + " without a unit");
        };
    }
}
