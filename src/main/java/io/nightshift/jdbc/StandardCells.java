package io.nightshift.jdbc;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Cells of plain JDBC, which every driver has. */
final class StandardCells {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private StandardCells() {}

    static Cell of(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> StandardCells::bool;
            case INT8, INT16, INT32, UINT8, UINT16 -> StandardCells::integer;
            case INT64, UINT32 -> StandardCells::longInteger;
            case UINT64, DECIMAL -> StandardCells::decimal;
            case FLOAT32 -> StandardCells::real;
            case FLOAT64 -> StandardCells::doubles;
            case DATE -> StandardCells::date;
            case TIME -> StandardCells::time;
            case TIMESTAMP -> type.utc() ? StandardCells::instant : StandardCells::timestamp;
            case STRING -> StandardCells::text;
            case UUID -> StandardCells::uuid;
        };
    }

    private static void bool(ResultSet rows, int index, Column column, int row) throws SQLException {
        boolean value = rows.getBoolean(index);
        ((BooleanColumn) column).values()[row] = value;
        if (!value && rows.wasNull()) {
            column.setNull(row);
        }
    }

    private static void integer(ResultSet rows, int index, Column column, int row) throws SQLException {
        int value = rows.getInt(index);
        ((IntColumn) column).values()[row] = value;
        if (value == 0 && rows.wasNull()) {
            column.setNull(row);
        }
    }

    private static void longInteger(ResultSet rows, int index, Column column, int row) throws SQLException {
        long value = rows.getLong(index);
        ((LongColumn) column).values()[row] = value;
        if (value == 0 && rows.wasNull()) {
            column.setNull(row);
        }
    }

    private static void real(ResultSet rows, int index, Column column, int row) throws SQLException {
        float value = rows.getFloat(index);
        ((FloatColumn) column).values()[row] = value;
        if (value == 0 && rows.wasNull()) {
            column.setNull(row);
        }
    }

    private static void doubles(ResultSet rows, int index, Column column, int row) throws SQLException {
        double value = rows.getDouble(index);
        ((DoubleColumn) column).values()[row] = value;
        if (value == 0 && rows.wasNull()) {
            column.setNull(row);
        }
    }

    private static void decimal(ResultSet rows, int index, Column column, int row) throws SQLException {
        BigDecimal value = rows.getBigDecimal(index);
        ColumnType type = column.type();
        if (value == null) {
            setNull(column, row);
            return;
        }
        BigInteger unscaled;
        try {
            unscaled = value.setScale(type.scale()).unscaledValue();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(value + " does not fit " + type, e);
        }
        if (type.kind() == Kind.UINT64) {
            ((LongColumn) column).values()[row] = unscaled.longValue();
        } else if (new BigDecimal(unscaled).precision() > type.precision()) {
            throw new IllegalArgumentException(value + " does not fit " + type);
        } else if (column instanceof LongColumn longs) {
            longs.values()[row] = unscaled.longValueExact();
        } else {
            ((BytesColumn) column).append(row, unscaled.toByteArray());
        }
    }

    private static void date(ResultSet rows, int index, Column column, int row) throws SQLException {
        LocalDate value = rows.getObject(index, LocalDate.class);
        if (value == null) {
            setNull(column, row);
        } else if (value.equals(LocalDate.MAX) || value.equals(LocalDate.MIN)) {
            throw new IllegalArgumentException("an infinite date is no day of the calendar");
        } else {
            ((IntColumn) column).values()[row] = Math.toIntExact(value.toEpochDay());
        }
    }

    private static void time(ResultSet rows, int index, Column column, int row) throws SQLException {
        LocalTime value = rows.getObject(index, LocalTime.class);
        if (value == null) {
            setNull(column, row);
        } else {
            ((LongColumn) column).values()[row] = counted(0, value.toNanoOfDay(), column.type());
        }
    }

    private static void timestamp(ResultSet rows, int index, Column column, int row) throws SQLException {
        fillTimestamp(rows.getObject(index, LocalDateTime.class), column, row);
    }

    private static void instant(ResultSet rows, int index, Column column, int row) throws SQLException {
        OffsetDateTime value = rows.getObject(index, OffsetDateTime.class);
        boolean infinite = value != null && (value.equals(OffsetDateTime.MAX) || value.equals(OffsetDateTime.MIN));
        fillTimestamp(
                value == null
                        ? null
                        : infinite
                                ? LocalDateTime.MAX
                                : value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(),
                column,
                row);
    }

    private static void fillTimestamp(@Nullable LocalDateTime value, Column column, int row) {
        if (value == null) {
            setNull(column, row);
        } else if (value.equals(LocalDateTime.MAX) || value.equals(LocalDateTime.MIN)) {
            throw new IllegalArgumentException("an infinite timestamp is no moment");
        } else {
            ((LongColumn) column).values()[row] =
                    counted(value.toEpochSecond(ZoneOffset.UTC), value.getNano(), column.type());
        }
    }

    private static long counted(long seconds, long nanos, ColumnType type) {
        long perSecond = type.unit().perSecond();
        long step = NANOS_PER_SECOND / perSecond;
        if (nanos % step != 0) {
            throw new IllegalArgumentException("the time has a finer fraction than " + type + " holds");
        }
        try {
            return Math.addExact(Math.multiplyExact(seconds, perSecond), nanos / step);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the time is too far away for " + type, e);
        }
    }

    private static void text(ResultSet rows, int index, Column column, int row) throws SQLException {
        String value = rows.getString(index);
        if (value == null) {
            setNull(column, row);
        } else {
            ((BytesColumn) column).append(row, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void uuid(ResultSet rows, int index, Column column, int row) throws SQLException {
        UUID value = rows.getObject(index, UUID.class);
        if (value == null) {
            setNull(column, row);
        } else {
            ((BytesColumn) column)
                    .append(
                            row,
                            ByteBuffer.allocate(2 * Long.BYTES)
                                    .putLong(value.getMostSignificantBits())
                                    .putLong(value.getLeastSignificantBits())
                                    .array());
        }
    }

    /** Rows hold leftovers of the batch before: a missing value is a zero, or no bytes. */
    static void setNull(Column column, int row) {
        if (column instanceof BytesColumn bytes) {
            bytes.appendNull(row);
            return;
        }
        if (column instanceof LongColumn longs) {
            longs.values()[row] = 0;
        } else if (column instanceof IntColumn ints) {
            ints.values()[row] = 0;
        }
        column.setNull(row);
    }
}
