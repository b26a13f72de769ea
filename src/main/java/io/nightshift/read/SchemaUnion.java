package io.nightshift.read;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.parquet.ParquetFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the one schema that the needed columns of all files widen to without losing a value. */
final class SchemaUnion {

    private static final int MOST_DIGITS = 38;
    private static final int MOST_DIFFERENCES_SHOWN = 10;
    private static final int LARGEST_EXACT_IN_DOUBLE = 32;

    private final List<ParquetFile> files;
    private final List<String> differences = new ArrayList<>();

    private SchemaUnion(List<ParquetFile> files) {
        this.files = files;
    }

    /** @throws NightshiftException SCHEMA_MISMATCH with every difference, file by file */
    static Schema of(List<ParquetFile> files, List<String> columns) {
        SchemaUnion union = new SchemaUnion(files);
        List<Field> fields = new ArrayList<>();
        for (String column : columns) {
            union.unify(column).ifPresent(fields::add);
        }
        union.refuseDifferences();
        return new Schema(fields);
    }

    private Optional<Field> unify(String column) {
        Optional<Field> union = Optional.empty();
        String first = "";
        for (ParquetFile file : files) {
            Field field;
            try {
                field = file.require(column);
            } catch (NightshiftException e) {
                differences.add(String.valueOf(e.getMessage()));
                continue;
            }
            if (union.isEmpty()) {
                union = Optional.of(field);
                first = file.stored().path();
                continue;
            }
            Field known = union.get();
            Optional<ColumnType> type = widest(known.type(), field.type());
            if (type.isEmpty()) {
                differences.add(file.stored().path() + " has the column '" + column + "' as " + field.type() + ", "
                        + first + " as " + known.type() + ", and no type holds both without loss");
                continue;
            }
            union = Optional.of(new Field(column, type.get(), known.nullable() || field.nullable()));
        }
        return union;
    }

    private void refuseDifferences() {
        if (differences.isEmpty()) {
            return;
        }
        int shown = Math.min(MOST_DIFFERENCES_SHOWN, differences.size());
        String more = differences.size() > shown ? "\nand " + (differences.size() - shown) + " more" : "";
        throw new NightshiftException(
                FailureCode.SCHEMA_MISMATCH,
                "the input does not have the columns that the job needs; no row was read:\n"
                        + String.join("\n", differences.subList(0, shown)) + more);
    }

    /** The narrowest type that holds every value of both. */
    static Optional<ColumnType> widest(ColumnType one, ColumnType other) {
        if (one.equals(other)) {
            return Optional.of(one);
        }
        if (one.kind() == Kind.DECIMAL && other.kind() == Kind.DECIMAL) {
            return decimal(one, other);
        }
        boolean temporal = one.kind() == Kind.TIME || one.kind() == Kind.TIMESTAMP;
        if (temporal && one.kind() == other.kind() && one.utc() == other.utc()) {
            return Optional.of(one.unit().perSecond() > other.unit().perSecond() ? one : other);
        }
        if (!isNumber(one.kind()) || !isNumber(other.kind())) {
            return Optional.empty();
        }
        if (isFloating(one.kind()) || isFloating(other.kind())) {
            boolean bothFloating = isFloating(one.kind()) && isFloating(other.kind());
            return bothFloating || isExactBeside(one, other)
                    ? Optional.of(ColumnType.of(Kind.FLOAT64))
                    : Optional.empty();
        }
        return integer(one.kind(), other.kind());
    }

    private static boolean isExactBeside(ColumnType one, ColumnType other) {
        Kind integer = isFloating(one.kind()) ? other.kind() : one.kind();
        return bits(integer) <= LARGEST_EXACT_IN_DOUBLE;
    }

    private static Optional<ColumnType> decimal(ColumnType one, ColumnType other) {
        int scale = Math.max(one.scale(), other.scale());
        int digits = Math.max(one.precision() - one.scale(), other.precision() - other.scale()) + scale;
        return digits > MOST_DIGITS ? Optional.empty() : Optional.of(ColumnType.decimal(digits, scale));
    }

    private static Optional<ColumnType> integer(Kind one, Kind other) {
        boolean signed = !isUnsigned(one) || !isUnsigned(other);
        int bits = Math.max(signedBits(one, signed), signedBits(other, signed));
        return switch (bits) {
            case 8 -> Optional.of(ColumnType.of(signed ? Kind.INT8 : Kind.UINT8));
            case 16 -> Optional.of(ColumnType.of(signed ? Kind.INT16 : Kind.UINT16));
            case 32 -> Optional.of(ColumnType.of(signed ? Kind.INT32 : Kind.UINT32));
            case 64 -> Optional.of(ColumnType.of(signed ? Kind.INT64 : Kind.UINT64));
            default -> Optional.empty();
        };
    }

    private static int signedBits(Kind kind, boolean signed) {
        return signed && isUnsigned(kind) ? 2 * bits(kind) : bits(kind);
    }

    private static boolean isUnsigned(Kind kind) {
        return kind == Kind.UINT8 || kind == Kind.UINT16 || kind == Kind.UINT32 || kind == Kind.UINT64;
    }

    private static boolean isFloating(Kind kind) {
        return kind == Kind.FLOAT32 || kind == Kind.FLOAT64;
    }

    private static boolean isNumber(Kind kind) {
        return bits(kind) > 0;
    }

    private static int bits(Kind kind) {
        return switch (kind) {
            case INT8, UINT8 -> 8;
            case INT16, UINT16 -> 16;
            case INT32, UINT32, FLOAT32 -> 32;
            case INT64, UINT64, FLOAT64 -> 64;
            case BOOLEAN, DECIMAL, DATE, TIME, TIMESTAMP, STRING, UUID -> 0;
        };
    }
}
