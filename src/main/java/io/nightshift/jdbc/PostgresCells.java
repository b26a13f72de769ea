package io.nightshift.jdbc;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.core.Field;

/**
 * Cells that read PostgreSQL's own bytes, as they came from the server: days and microseconds without date objects, text and UUIDs
 * without strings. Numbers and booleans need none of this, since the driver gives them as they are.
 */
final class PostgresCells {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** PostgreSQL counts from the first of January 2000. */
    private static final int EPOCH_DAYS = 10_957;

    private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private PostgresCells() {}

    /** The cell for a column of a result set, by what the server sends for it. */
    static Cell of(ColumnType type, ResultSetMetaData columns, int index) throws SQLException {
        boolean binary = columns.unwrap(PGResultSetMetaData.class).getFormat(index) == Field.BINARY_FORMAT;
        return switch (type.kind()) {
            // Text is sent as its UTF-8 bytes either way.
            case STRING -> PostgresCells::bytes;
            case UUID -> binary ? PostgresCells::bytes : StandardCells.of(type);
            case DATE -> binary ? PostgresCells::date : StandardCells.of(type);
            case TIMESTAMP -> binary ? PostgresCells::timestamp : StandardCells.of(type);
            case TIME -> binary ? PostgresCells::time : StandardCells.of(type);
            case BOOLEAN, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT32, FLOAT64, DECIMAL ->
                StandardCells.of(type);
        };
    }

    private static void bytes(ResultSet rows, int index, Column column, int row) throws SQLException {
        byte[] value = rows.getBytes(index);
        if (value == null) {
            StandardCells.setNull(column, row);
        } else {
            ((BytesColumn) column).append(row, value);
        }
    }

    private static void date(ResultSet rows, int index, Column column, int row) throws SQLException {
        byte[] value = rows.getBytes(index);
        if (value == null) {
            StandardCells.setNull(column, row);
            return;
        }
        int days = (int) INTS.get(value, 0);
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            throw new IllegalArgumentException("an infinite date is no day of the calendar");
        }
        ((IntColumn) column).values()[row] = Math.addExact(days, EPOCH_DAYS);
    }

    private static void timestamp(ResultSet rows, int index, Column column, int row) throws SQLException {
        byte[] value = rows.getBytes(index);
        if (value == null) {
            StandardCells.setNull(column, row);
            return;
        }
        long micros = (long) LONGS.get(value, 0);
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            throw new IllegalArgumentException("an infinite timestamp is no moment");
        }
        ((LongColumn) column).values()[row] = Math.addExact(micros, EPOCH_MICROS);
    }

    private static void time(ResultSet rows, int index, Column column, int row) throws SQLException {
        byte[] value = rows.getBytes(index);
        if (value == null) {
            StandardCells.setNull(column, row);
            return;
        }
        long micros = (long) LONGS.get(value, 0);
        if (micros >= MICROS_PER_DAY) {
            throw new IllegalArgumentException("24:00:00 is no time of a day");
        }
        ((LongColumn) column).values()[row] = micros;
    }
}
