package io.nightshift.jdbc;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes the rows of batches from their column arrays as PostgreSQL's binary COPY wants them. For one COPY. */
final class CopyEncoder {

    private static final long MICROS = 1_000_000;
    /** Days and microseconds from 1970-01-01, where Nightshift counts from, to 2000-01-01, where PostgreSQL does. */
    private static final int EPOCH_DAYS = 10_957;

    private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400L * MICROS;
    /** The bounds of PostgreSQL's types, first in and first out, counted as it does. */
    private static final int FIRST_DAY = -2_451_545;

    private static final int DAY_AFTER_LAST = 2_145_031_949;
    private static final long FIRST_MICRO = -211_813_488_000_000_000L;
    private static final long MICRO_AFTER_LAST = 9_223_371_331_200_000_000L;

    private final CopyBuffer out;
    private final String table;
    private final int partition;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    CopyEncoder(CopyBuffer out, String table, int partition) {
        this.out = out;
        this.table = table;
        this.partition = partition;
    }

    /** What is to be copied. */
    interface Rows {
        void writeTo(CopyEncoder encoder) throws SQLException;
    }

    /**
     * Copies rows into a table: all of them, or none where anything is thrown.
     *
     * @param into the table as SQL names it
     * @param name the table's name for messages
     * @throws NightshiftException VALUE_UNSTORABLE
     */
    static void copy(Connection connection, String into, List<String> columns, String name, int partition, Rows rows)
            throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + into + " (" + columns(columns) + ") from stdin (format binary)");
        try {
            CopyBuffer buffer = new CopyBuffer(copy);
            rows.writeTo(new CopyEncoder(buffer, name, partition));
            buffer.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** @throws NightshiftException VALUE_UNSTORABLE, with the place and the value */
    void write(RecordBatch batch) throws SQLException {
        int columns = batch.schema().size();
        for (int row = 0; row < batch.rows(); row++) {
            out.beginRow(columns);
            for (int i = 0; i < columns; i++) {
                Column column = batch.column(i);
                if (column.isNull(row)) {
                    out.writeNull();
                } else if (!write(column, row)) {
                    throw unstorable(batch, i, row);
                }
            }
        }
    }

    private boolean write(Column column, int row) throws SQLException {
        return switch (column.type().layout()) {
            case BOOLEAN -> {
                out.writeByte(((BooleanColumn) column).values()[row] ? 1 : 0);
                yield true;
            }
            case INT -> writeInt(column.type(), ((IntColumn) column).values()[row]);
            case LONG -> writeLong(column.type(), ((LongColumn) column).values()[row]);
            case FLOAT -> {
                out.writeInt(Float.floatToRawIntBits(((FloatColumn) column).values()[row]));
                yield true;
            }
            case DOUBLE -> {
                out.writeLong(Double.doubleToRawLongBits(((DoubleColumn) column).values()[row]));
                yield true;
            }
            case BYTES -> writeBytes((BytesColumn) column, row);
        };
    }

    private boolean writeInt(ColumnType type, int value) throws SQLException {
        switch (type.kind()) {
            case INT8, INT16, UINT8 -> out.writeShort(value);
            case DATE -> {
                long days = (long) value - EPOCH_DAYS;
                if (days < FIRST_DAY || days >= DAY_AFTER_LAST) {
                    return false;
                }
                out.writeInt((int) days);
            }
            default -> out.writeInt(value);
        }
        return true;
    }

    private boolean writeLong(ColumnType type, long value) throws SQLException {
        switch (type.kind()) {
            case UINT64 -> out.writeNumeric(new BigInteger(Long.toUnsignedString(value)), 0);
            case DECIMAL -> out.writeNumeric(BigInteger.valueOf(value), type.scale());
            case TIME, TIMESTAMP -> {
                return writeMicros(type, value);
            }
            default -> out.writeLong(value);
        }
        return true;
    }

    private boolean writeMicros(ColumnType type, long value) throws SQLException {
        long perSecond = type.unit().perSecond();
        long micros;
        if (perSecond > MICROS) {
            long perMicro = perSecond / MICROS;
            if (value % perMicro != 0) {
                return false;
            }
            micros = value / perMicro;
        } else {
            long factor = MICROS / perSecond;
            if (Math.multiplyHigh(value, factor) != (value * factor) >> (Long.SIZE - 1)) {
                return false;
            }
            micros = value * factor;
        }
        if (type.kind() == ColumnType.Kind.TIMESTAMP) {
            if (micros < FIRST_MICRO + EPOCH_MICROS || micros - EPOCH_MICROS >= MICRO_AFTER_LAST) {
                return false;
            }
            micros -= EPOCH_MICROS;
        }
        out.writeLong(micros);
        return true;
    }

    private boolean writeBytes(BytesColumn column, int row) throws SQLException {
        if (column.type().kind() == ColumnType.Kind.DECIMAL) {
            out.writeNumeric(new BigInteger(column.copy(row)), column.type().scale());
            return true;
        }
        Dictionary dictionary = column.dictionary();
        byte[] bytes = dictionary == null ? column.bytes() : dictionary.bytes(column.ids()[row]);
        int from = dictionary == null ? column.offsets()[row] : 0;
        int length = column.length(row);
        if (column.type().kind() == ColumnType.Kind.STRING && !isText(bytes, from, length)) {
            return false;
        }
        out.writeBytes(bytes, from, length);
        return true;
    }

    private boolean isText(byte[] bytes, int from, int length) {
        int signs = 0;
        for (int i = from; i < from + length; i++) {
            if (bytes[i] == 0) {
                return false;
            }
            signs |= bytes[i];
        }
        if (signs >= 0) {
            return true;
        }
        try {
            utf8.decode(ByteBuffer.wrap(bytes, from, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private NightshiftException unstorable(RecordBatch batch, int index, int row) {
        String name = batch.schema().field(index).name();
        ColumnType type = batch.column(index).type();
        String value = String.valueOf(batch.column(index).text(row)).replace("\0", "\\0");
        String allowed =
                switch (type.kind()) {
                    case STRING -> "text in UTF-8 without the character NUL";
                    case TIME, TIMESTAMP -> "microseconds, and years from 4713 BC to 294276";
                    case DATE -> "years from 4713 BC to 5874897";
                    default -> "other values";
                };
        return new NightshiftException(
                FailureCode.VALUE_UNSTORABLE,
                "PostgreSQL cannot keep the value '" + value + "' in " + table + "." + name + ", row "
                        + batch.rowNumber(row) + " of partition " + partition + "; a " + type + " there holds "
                        + allowed + ". Exclude such rows with source.where, or leave the column out of output.keep");
    }

    /** The columns of a COPY, quoted. */
    static String columns(List<String> names) {
        return String.join(", ", names.stream().map(TableName::quoted).toList());
    }
}
