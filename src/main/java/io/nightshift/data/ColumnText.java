package io.nightshift.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;

/** Values as text for people: messages, rejects, tables on a terminal. */
final class ColumnText {

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SECONDS_PER_DAY = 86_400;

    private ColumnText() {}

    static String of(Column column, int row) {
        ColumnType type = column.type();
        return switch (type.layout()) {
            case BOOLEAN -> String.valueOf(((BooleanColumn) column).values()[row]);
            case INT -> ofInt(type, ((IntColumn) column).values()[row]);
            case LONG -> ofLong(type, ((LongColumn) column).values()[row]);
            case FLOAT -> String.valueOf(((FloatColumn) column).values()[row]);
            case DOUBLE -> String.valueOf(((DoubleColumn) column).values()[row]);
            case BYTES -> ofBytes(type, (BytesColumn) column, row);
        };
    }

    private static String ofInt(ColumnType type, int value) {
        return type.kind() == ColumnType.Kind.DATE ? LocalDate.ofEpochDay(value).toString() : Integer.toString(value);
    }

    private static String ofLong(ColumnType type, long value) {
        return switch (type.kind()) {
            case UINT64 -> Long.toUnsignedString(value);
            case DECIMAL -> BigDecimal.valueOf(value, type.scale()).toPlainString();
            case TIME -> time(type, value);
            case TIMESTAMP -> timestamp(type, value);
            default -> Long.toString(value);
        };
    }

    /** A file may hold what is no time of a day, and the message about it must say so. */
    private static String time(ColumnType type, long value) {
        long perSecond = type.unit().perSecond();
        return value < 0 || value >= SECONDS_PER_DAY * perSecond
                ? value + " " + type.unit().name().toLowerCase(Locale.ROOT) + " after midnight"
                : LocalTime.ofNanoOfDay(value * (NANOS_PER_SECOND / perSecond)).toString();
    }

    private static String timestamp(ColumnType type, long value) {
        long perSecond = type.unit().perSecond();
        long second = Math.floorDiv(value, perSecond);
        long nanos = Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond);
        return LocalDateTime.ofEpochSecond(second, (int) nanos, ZoneOffset.UTC) + (type.utc() ? "Z" : "");
    }

    private static String ofBytes(ColumnType type, BytesColumn column, int row) {
        return switch (type.kind()) {
            case UUID -> {
                ByteBuffer bytes = ByteBuffer.wrap(column.copy(row));
                yield new UUID(bytes.getLong(), bytes.getLong()).toString();
            }
            case DECIMAL -> new BigDecimal(new BigInteger(column.copy(row)), type.scale()).toPlainString();
            default -> column.string(row);
        };
    }
}
