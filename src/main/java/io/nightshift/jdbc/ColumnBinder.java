package io.nightshift.jdbc;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Binds a row's value of a column to a statement's parameter. */
final class ColumnBinder {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private ColumnBinder() {}

    static void bind(PreparedStatement statement, int parameter, Column column, int row) throws SQLException {
        if (column.isNull(row)) {
            statement.setNull(parameter, Types.NULL);
            return;
        }
        ColumnType type = column.type();
        switch (type.layout()) {
            case BOOLEAN -> statement.setBoolean(parameter, ((BooleanColumn) column).values()[row]);
            case INT -> bindInt(statement, parameter, type, ((IntColumn) column).values()[row]);
            case LONG -> bindLong(statement, parameter, type, ((LongColumn) column).values()[row]);
            case FLOAT -> statement.setFloat(parameter, ((FloatColumn) column).values()[row]);
            case DOUBLE -> statement.setDouble(parameter, ((DoubleColumn) column).values()[row]);
            case BYTES -> bindBytes(statement, parameter, type, (BytesColumn) column, row);
        }
    }

    private static void bindInt(PreparedStatement statement, int parameter, ColumnType type, int value)
            throws SQLException {
        if (type.kind() == ColumnType.Kind.DATE) {
            statement.setObject(parameter, LocalDate.ofEpochDay(value));
        } else {
            statement.setInt(parameter, value);
        }
    }

    private static void bindLong(PreparedStatement statement, int parameter, ColumnType type, long value)
            throws SQLException {
        switch (type.kind()) {
            case UINT64 -> statement.setBigDecimal(parameter, new BigDecimal(Long.toUnsignedString(value)));
            case DECIMAL -> statement.setBigDecimal(parameter, BigDecimal.valueOf(value, type.scale()));
            case TIME ->
                statement.setObject(
                        parameter,
                        LocalTime.ofNanoOfDay(
                                value * (NANOS_PER_SECOND / type.unit().perSecond())));
            case TIMESTAMP -> bindTimestamp(statement, parameter, type, value);
            default -> statement.setLong(parameter, value);
        }
    }

    private static void bindTimestamp(PreparedStatement statement, int parameter, ColumnType type, long value)
            throws SQLException {
        long perSecond = type.unit().perSecond();
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(value, perSecond),
                (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond)),
                ZoneOffset.UTC);
        statement.setObject(parameter, type.utc() ? time.atOffset(ZoneOffset.UTC) : time);
    }

    private static void bindBytes(
            PreparedStatement statement, int parameter, ColumnType type, BytesColumn column, int row)
            throws SQLException {
        switch (type.kind()) {
            case UUID -> {
                ByteBuffer bytes = ByteBuffer.wrap(column.copy(row));
                statement.setObject(parameter, new UUID(bytes.getLong(), bytes.getLong()));
            }
            case DECIMAL ->
                statement.setBigDecimal(parameter, new BigDecimal(new BigInteger(column.copy(row)), type.scale()));
            default -> statement.setString(parameter, column.string(row));
        }
    }
}
