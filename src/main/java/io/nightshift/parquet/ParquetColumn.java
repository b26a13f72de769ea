package io.nightshift.parquet;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * A leaf column of a Parquet file.
 *
 * @param name the dotted path
 * @param type null where a record batch has no such type
 */
record ParquetColumn(
        String name,
        ColumnDescriptor descriptor,
        PhysicalType stored,
        @Nullable ColumnType type) {

    private static final int MOST_DIGITS = 38;

    static ParquetColumn of(ColumnDescriptor descriptor) {
        PrimitiveType type = descriptor.getPrimitiveType();
        return new ParquetColumn(
                String.join(".", descriptor.getPath()),
                descriptor,
                PhysicalType.of(type),
                descriptor.getMaxRepetitionLevel() > 0 ? null : columnType(type).orElse(null));
    }

    Optional<Field> field() {
        return type == null ? Optional.empty() : Optional.of(new Field(name, type, nullable()));
    }

    boolean nullable() {
        return descriptor.getMaxDefinitionLevel() > 0;
    }

    /** What the column is, for the message that refuses it. */
    String description() {
        if (descriptor.getMaxRepetitionLevel() > 0) {
            return "part of a list, a map or a repeated field";
        }
        PrimitiveType primitive = descriptor.getPrimitiveType();
        LogicalTypeAnnotation logical = primitive.getLogicalTypeAnnotation();
        String physical = primitive.getPrimitiveTypeName().name().toLowerCase(java.util.Locale.ROOT);
        return logical == null
                ? "raw " + physical
                : logical.toString().toLowerCase(java.util.Locale.ROOT) + " stored as " + physical;
    }

    private static Optional<ColumnType> columnType(PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            boolean sane = decimal.getPrecision() <= MOST_DIGITS && decimal.getScale() <= decimal.getPrecision();
            return sane
                    ? Optional.of(ColumnType.decimal(decimal.getPrecision(), decimal.getScale()))
                    : Optional.empty();
        }
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> plain(logical, Kind.BOOLEAN);
            case FLOAT -> plain(logical, Kind.FLOAT32);
            case DOUBLE -> plain(logical, Kind.FLOAT64);
            case INT96 -> plain(logical, Kind.TIMESTAMP).map(kind -> ColumnType.timestamp(TimeUnit.NANOS, false));
            case INT32, INT64 -> integer(type, logical);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(logical);
        };
    }

    private static Optional<ColumnType> plain(@Nullable LogicalTypeAnnotation logical, Kind kind) {
        return logical == null ? Optional.of(ColumnType.of(kind)) : Optional.empty();
    }

    private static Optional<ColumnType> bytes(@Nullable LogicalTypeAnnotation logical) {
        if (logical instanceof UUIDLogicalTypeAnnotation) {
            return Optional.of(ColumnType.of(Kind.UUID));
        }
        boolean text = logical instanceof StringLogicalTypeAnnotation
                || logical instanceof EnumLogicalTypeAnnotation
                || logical instanceof JsonLogicalTypeAnnotation;
        return text ? Optional.of(ColumnType.of(Kind.STRING)) : Optional.empty();
    }

    private static Optional<ColumnType> integer(PrimitiveType type, @Nullable LogicalTypeAnnotation logical) {
        if (logical == null) {
            boolean isInt = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT32;
            return Optional.of(ColumnType.of(isInt ? Kind.INT32 : Kind.INT64));
        }
        if (logical instanceof IntLogicalTypeAnnotation integer) {
            String kind = (integer.isSigned() ? "INT" : "UINT") + integer.getBitWidth();
            return Optional.of(ColumnType.of(Kind.valueOf(kind)));
        }
        if (logical instanceof DateLogicalTypeAnnotation) {
            return Optional.of(ColumnType.of(Kind.DATE));
        }
        if (logical instanceof TimeLogicalTypeAnnotation time) {
            return Optional.of(ColumnType.time(unit(time.getUnit())));
        }
        if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            return Optional.of(ColumnType.timestamp(unit(timestamp.getUnit()), timestamp.isAdjustedToUTC()));
        }
        return Optional.empty();
    }

    private static TimeUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> TimeUnit.MILLIS;
            case MICROS -> TimeUnit.MICROS;
            case NANOS -> TimeUnit.NANOS;
        };
    }
}
