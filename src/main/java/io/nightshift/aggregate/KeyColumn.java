package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The distinct values of one {@code group_by} column, numbered in the order of their first appearance; null is a value
 * too. Fixed-width values live as {@linkplain FixedBits sortable bits}, byte strings one behind the other in one array.
 */
abstract class KeyColumn {

    final ColumnType type;
    int nullCode = -1;

    KeyColumn(ColumnType type) {
        this.type = type;
    }

    static KeyColumn of(ColumnType type) {
        return type.layout() == ColumnType.Layout.BYTES ? new OfBytes(type) : new OfBits(type);
    }

    abstract int size();

    /** About how many bytes of memory its values take. */
    abstract long bytes();

    abstract void encode(Column column, int rows, int[] codes);

    /** The code here of another column's value. */
    abstract int adopt(KeyColumn other, int code);

    abstract int compareValues(int left, int right);

    abstract void decode(int code, Column into, int row);

    abstract void writeValue(int code, StateWriter out);

    abstract int readValue(StateReader in);

    abstract int addNull();

    final int nullCode() {
        if (nullCode < 0) {
            nullCode = addNull();
        }
        return nullCode;
    }

    final int compare(int left, int right) {
        if (left == nullCode || right == nullCode) {
            return left == right ? 0 : left == nullCode ? -1 : 1;
        }
        return compareValues(left, right);
    }

    final void write(int code, StateWriter out) {
        out.number(code == nullCode ? 0 : 1);
        if (code != nullCode) {
            writeValue(code, out);
        }
    }

    final int read(StateReader in) {
        return in.number(0, 1, "a null mark") == 0 ? nullCode() : readValue(in);
    }

    private static final class OfBits extends KeyColumn {

        /** Bits by code; the slot of the null code is unused. */
        private long[] values = new long[16];

        private final LongTable table = new LongTable();
        private int[] codeOf = new int[16];
        private int size;
        private long[] scratch = new long[0];

        OfBits(ColumnType type) {
            super(type);
        }

        @Override
        int size() {
            return size;
        }

        @Override
        long bytes() {
            return (long) values.length * Long.BYTES + (long) codeOf.length * Integer.BYTES + table.bytes();
        }

        private int code(long bits) {
            int known = table.size();
            int id = table.id(bits);
            if (id < known) {
                return codeOf[id];
            }
            if (id == codeOf.length) {
                codeOf = Arrays.copyOf(codeOf, id * 2);
            }
            codeOf[id] = append(bits);
            return codeOf[id];
        }

        private int append(long bits) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size] = bits;
            return size++;
        }

        @Override
        int addNull() {
            return append(0);
        }

        @Override
        void encode(Column column, int rows, int[] codes) {
            if (scratch.length < rows) {
                scratch = new long[rows];
            }
            FixedBits.of(column, rows, scratch);
            boolean nulls = column.nullCount() > 0;
            long last = 0;
            int lastCode = -1;
            for (int row = 0; row < rows; row++) {
                if (nulls && column.isNull(row)) {
                    codes[row] = nullCode();
                    continue;
                }
                long bits = scratch[row];
                if (bits != last || lastCode < 0) {
                    last = bits;
                    lastCode = code(bits);
                }
                codes[row] = lastCode;
            }
        }

        @Override
        int adopt(KeyColumn other, int code) {
            return code == other.nullCode ? nullCode() : code(((OfBits) other).values[code]);
        }

        @Override
        int compareValues(int left, int right) {
            return Long.compare(values[left], values[right]);
        }

        @Override
        void decode(int code, Column into, int row) {
            FixedBits.put(values[code], into, row);
        }

        @Override
        void writeValue(int code, StateWriter out) {
            out.fixed(values[code]);
        }

        @Override
        int readValue(StateReader in) {
            return code(in.fixed());
        }
    }

    private static final class OfBytes extends KeyColumn {

        private int[] slots = new int[64];
        private int[] offsets = new int[33];
        private byte[] bytes = new byte[512];
        private int size;
        private @Nullable Dictionary dictionary;
        private int[] codeOfId = new int[0];

        OfBytes(ColumnType type) {
            super(type);
        }

        @Override
        int size() {
            return size;
        }

        @Override
        long bytes() {
            return bytes.length + ((long) slots.length + offsets.length) * Integer.BYTES;
        }

        @Override
        void encode(Column column, int rows, int[] codes) {
            BytesColumn values = (BytesColumn) column;
            Dictionary entries = values.dictionary();
            if (entries != null) {
                encodeIds(values, entries, rows, codes);
            } else {
                encodePlain(values, rows, codes);
            }
        }

        private void encodeIds(BytesColumn column, Dictionary entries, int rows, int[] codes) {
            if (entries != dictionary) {
                dictionary = entries;
                codeOfId = new int[entries.size()];
                Arrays.fill(codeOfId, -1);
            }
            int[] ids = column.ids();
            boolean nulls = column.nullCount() > 0;
            for (int row = 0; row < rows; row++) {
                if (nulls && column.isNull(row)) {
                    codes[row] = nullCode();
                    continue;
                }
                int id = ids[row];
                int code = codeOfId[id];
                if (code < 0) {
                    byte[] value = entries.bytes(id);
                    code = code(value, 0, value.length);
                    codeOfId[id] = code;
                }
                codes[row] = code;
            }
        }

        private void encodePlain(BytesColumn column, int rows, int[] codes) {
            byte[] values = column.bytes();
            int[] from = column.offsets();
            boolean nulls = column.nullCount() > 0;
            for (int row = 0; row < rows; row++) {
                codes[row] =
                        nulls && column.isNull(row) ? nullCode() : code(values, from[row], from[row + 1] - from[row]);
            }
        }

        private int code(byte[] value, int from, int length) {
            int mask = slots.length - 1;
            int slot = (int) Hash.of(value, from, length) & mask;
            for (int entry = slots[slot]; entry != 0; entry = slots[slot]) {
                int code = entry - 1;
                if (Arrays.equals(value, from, from + length, bytes, offsets[code], offsets[code + 1])) {
                    return code;
                }
                slot = (slot + 1) & mask;
            }
            int code = append(value, from, length);
            if (size * 2 > slots.length) {
                rehash();
            } else {
                slots[slot] = size;
            }
            return code;
        }

        private int append(byte[] value, int from, int length) {
            int start = offsets[size];
            int end = Math.addExact(start, length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
            }
            if (size + 2 > offsets.length) {
                offsets = Arrays.copyOf(offsets, offsets.length * 2);
            }
            System.arraycopy(value, from, bytes, start, length);
            offsets[size + 1] = end;
            return size++;
        }

        private void rehash() {
            slots = new int[slots.length * 2];
            int mask = slots.length - 1;
            for (int code = 0; code < size; code++) {
                if (code == nullCode) {
                    continue;
                }
                int slot = (int) Hash.of(bytes, offsets[code], offsets[code + 1] - offsets[code]) & mask;
                while (slots[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                slots[slot] = code + 1;
            }
        }

        @Override
        int addNull() {
            return append(bytes, 0, 0);
        }

        @Override
        int adopt(KeyColumn other, int code) {
            OfBytes from = (OfBytes) other;
            return code == other.nullCode
                    ? nullCode()
                    : code(from.bytes, from.offsets[code], from.offsets[code + 1] - from.offsets[code]);
        }

        @Override
        int compareValues(int left, int right) {
            if (type.kind() == ColumnType.Kind.DECIMAL) {
                return new BigInteger(copy(left)).compareTo(new BigInteger(copy(right)));
            }
            return Arrays.compareUnsigned(
                    bytes, offsets[left], offsets[left + 1], bytes, offsets[right], offsets[right + 1]);
        }

        private byte[] copy(int code) {
            return Arrays.copyOfRange(bytes, offsets[code], offsets[code + 1]);
        }

        @Override
        void decode(int code, Column into, int row) {
            ((BytesColumn) into).append(row, bytes, offsets[code], offsets[code + 1] - offsets[code]);
        }

        @Override
        void writeValue(int code, StateWriter out) {
            out.bytes(bytes, offsets[code], offsets[code + 1] - offsets[code]);
        }

        @Override
        int readValue(StateReader in) {
            byte[] value = in.bytes();
            return code(value, 0, value.length);
        }
    }
}
