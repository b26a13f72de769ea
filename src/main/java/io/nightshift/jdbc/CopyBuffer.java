package io.nightshift.jdbc;

import java.math.BigInteger;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** The bytes of a binary COPY on their way to the server. For one COPY. */
final class CopyBuffer {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int SIZE = 1 << 16;
    /** Room for any field of fixed size with its length. */
    private static final int FIELD = 64;

    private static final int NUMERIC_BASE = 10_000;
    private static final int NUMERIC_DIGITS = 4;
    private static final int NEGATIVE = 0x4000;
    private static final BigInteger BASE = BigInteger.valueOf(NUMERIC_BASE);

    private final CopyIn copy;
    private final byte[] bytes = new byte[SIZE];
    private int size;

    CopyBuffer(CopyIn copy) {
        this.copy = copy;
        System.arraycopy(SIGNATURE, 0, bytes, 0, SIGNATURE.length);
        // Then no flags and no extension of the header.
        size = SIGNATURE.length + 2 * Integer.BYTES;
    }

    void beginRow(int columns) throws SQLException {
        room(FIELD);
        putShort(columns);
    }

    void writeNull() throws SQLException {
        room(FIELD);
        putInt(-1);
    }

    void writeByte(int value) throws SQLException {
        room(FIELD);
        putInt(1);
        bytes[size++] = (byte) value;
    }

    void writeShort(int value) throws SQLException {
        room(FIELD);
        putInt(Short.BYTES);
        putShort(value);
    }

    void writeInt(int value) throws SQLException {
        room(FIELD);
        putInt(Integer.BYTES);
        putInt(value);
    }

    void writeLong(long value) throws SQLException {
        room(FIELD);
        putInt(Long.BYTES);
        putInt((int) (value >>> Integer.SIZE));
        putInt((int) value);
    }

    void writeBytes(byte[] value, int from, int length) throws SQLException {
        room(FIELD);
        putInt(length);
        if (length > SIZE - size) {
            flush();
        }
        if (length > SIZE) {
            copy.writeToCopy(value, from, length);
        } else {
            System.arraycopy(value, from, bytes, size, length);
            size += length;
        }
    }

    /** A number as PostgreSQL keeps it: groups of four decimal digits, aligned at the point. */
    void writeNumeric(BigInteger unscaled, int scale) throws SQLException {
        int padding = Math.floorMod(-scale, NUMERIC_DIGITS);
        BigInteger rest = unscaled.abs().multiply(BigInteger.TEN.pow(padding));
        int[] groups = new int[rest.bitLength() / 13 + 2];
        int count = 0;
        while (rest.signum() != 0) {
            BigInteger[] divided = rest.divideAndRemainder(BASE);
            groups[count++] = divided[1].intValue();
            rest = divided[0];
        }
        int last = 0;
        while (last < count && groups[last] == 0) {
            last++;
        }
        int digits = count - last;
        room(FIELD + digits * Short.BYTES);
        putInt((digits + NUMERIC_DIGITS) * Short.BYTES);
        putShort(digits);
        putShort(digits == 0 ? 0 : count - 1 - (scale + padding) / NUMERIC_DIGITS);
        putShort(unscaled.signum() < 0 ? NEGATIVE : 0);
        putShort(scale);
        for (int i = count - 1; i >= last; i--) {
            putShort(groups[i]);
        }
    }

    /** Sends what is left and the trailer. */
    void end() throws SQLException {
        room(FIELD);
        putShort(-1);
        flush();
    }

    private void room(int length) throws SQLException {
        if (SIZE - size < length) {
            flush();
        }
    }

    private void flush() throws SQLException {
        copy.writeToCopy(bytes, 0, size);
        size = 0;
    }

    private void putShort(int value) {
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
    }

    private void putInt(int value) {
        putShort(value >>> 16);
        putShort(value);
    }
}
