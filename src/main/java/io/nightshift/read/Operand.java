package io.nightshift.read;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.Condition;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Reads a condition's operands as values of its column's type. */
final class Operand {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Condition condition;
    private final Field field;

    Operand(Condition condition, Field field) {
        this.condition = condition;
        this.field = field;
    }

    /** For columns of booleans, ints and longs, as the column holds them. */
    long[] longs() {
        return condition.operands().stream().mapToLong(this::asLong).toArray();
    }

    /** For floating point columns. */
    double[] doubles() {
        return condition.operands().stream().mapToDouble(this::asDouble).toArray();
    }

    /** For columns of bytes, as the column holds them. */
    byte[][] bytes() {
        return condition.operands().stream().map(this::asBytes).toArray(byte[][]::new);
    }

    private long asLong(String text) {
        ColumnType type = field.type();
        try {
            return switch (type.kind()) {
                case BOOLEAN -> asBoolean(text) ? 1 : 0;
                case INT8 -> within(Long.parseLong(text), Byte.MIN_VALUE, Byte.MAX_VALUE, text);
                case INT16 -> within(Long.parseLong(text), Short.MIN_VALUE, Short.MAX_VALUE, text);
                case INT32 -> within(Long.parseLong(text), Integer.MIN_VALUE, Integer.MAX_VALUE, text);
                case UINT8 -> within(Long.parseLong(text), 0, 0xff, text);
                case UINT16 -> within(Long.parseLong(text), 0, 0xffff, text);
                case UINT32 -> within(Long.parseLong(text), 0, 0xffff_ffffL, text);
                case INT64 -> Long.parseLong(text);
                case UINT64 -> Long.parseUnsignedLong(text);
                case DATE -> LocalDate.parse(text).toEpochDay();
                case TIME ->
                    exact(
                            LocalTime.parse(text).toNanoOfDay(),
                            NANOS_PER_SECOND / type.unit().perSecond(),
                            text);
                case TIMESTAMP -> timestamp(text);
                case DECIMAL -> unscaled(text).longValueExact();
                case FLOAT32, FLOAT64, STRING, UUID -> throw new IllegalStateException("not an integer type: " + type);
            };
        } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
            throw invalid(text);
        }
    }

    private double asDouble(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            double value = field.type().kind() == ColumnType.Kind.FLOAT32 ? number.floatValue() : number.doubleValue();
            if (Double.isInfinite(value)) {
                throw invalid(text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
    }

    private byte[] asBytes(String text) {
        try {
            return switch (field.type().kind()) {
                case STRING -> text.getBytes(StandardCharsets.UTF_8);
                case UUID -> uuid(text);
                case DECIMAL -> unscaled(text).toByteArray();
                default -> throw new IllegalStateException("not a type of bytes: " + field.type());
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw invalid(text);
        }
    }

    private static byte[] uuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException(text);
        }
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private java.math.BigInteger unscaled(String text) {
        BigDecimal value = new BigDecimal(text).setScale(field.type().scale());
        if (value.precision() > field.type().precision()) {
            throw new ArithmeticException(text);
        }
        return value.unscaledValue();
    }

    private boolean asBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw invalid(text);
        }
        return text.equals("true");
    }

    /** A date stands for its midnight. A zone makes sense only where the column counts from an instant. */
    private long timestamp(String text) {
        ColumnType type = field.type();
        LocalDateTime local;
        if (text.indexOf('T') < 0) {
            local = LocalDate.parse(text).atStartOfDay();
        } else if (type.utc() && hasZone(text)) {
            local = OffsetDateTime.parse(text)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toLocalDateTime();
        } else {
            local = LocalDateTime.parse(text);
        }
        long perSecond = type.unit().perSecond();
        long fraction = exact(local.getNano(), NANOS_PER_SECOND / perSecond, text);
        return Math.addExact(Math.multiplyExact(local.toEpochSecond(ZoneOffset.UTC), perSecond), fraction);
    }

    private static boolean hasZone(String text) {
        String time = text.substring(text.indexOf('T'));
        return time.endsWith("Z") || time.indexOf('+') >= 0 || time.indexOf('-') >= 0;
    }

    private long exact(long nanos, long unit, String text) {
        if (nanos % unit != 0) {
            throw invalid(text);
        }
        return nanos / unit;
    }

    private long within(long value, long smallest, long largest, String text) {
        if (value < smallest || value > largest) {
            throw invalid(text);
        }
        return value;
    }

    private NightshiftException invalid(String text) {
        String hint = field.type().kind() == ColumnType.Kind.TIMESTAMP
                ? field.type().utc()
                        ? " (such as 2024-03-01 or 2024-03-01T12:00:00Z)"
                        : " (such as 2024-03-01 or 2024-03-01T12:00:00, without a zone)"
                : "";
        return new NightshiftException(
                FailureCode.PARAMETER_INVALID,
                "the condition '" + condition + "' compares the column '" + field.name() + "' with '" + text
                        + "', which is not a value of its type " + field.type() + hint + "; no row was read");
    }
}
