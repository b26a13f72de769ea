package io.nightshift.parquet;

/**
 * Walks Thrift's compact encoding before it is parsed. Parsers allocate what a list's or string's length says before they
 * read it; here every length must fit the bytes that are left, so that a damaged or hostile header costs nothing.
 */
final class CompactCheck {

    private static final int LARGEST_DEPTH = 64;
    private static final int STOP = 0;
    private static final int BYTE = 3;
    private static final int INT16 = 4;
    private static final int INT64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;
    private static final int LONG_LIST = 15;
    private static final int LONGEST_VARINT = 10;

    private final byte[] bytes;
    private final int limit;
    private int position;

    private CompactCheck(byte[] bytes, int from, int limit) {
        this.bytes = bytes;
        this.position = from;
        this.limit = limit;
    }

    /**
     * @return the position after the struct that starts at {@code from}
     * @throws IllegalArgumentException where a length does not fit
     */
    static int struct(byte[] bytes, int from, int limit) {
        CompactCheck check = new CompactCheck(bytes, from, limit);
        check.struct(0);
        return check.position;
    }

    private void struct(int depth) {
        if (depth > LARGEST_DEPTH) {
            throw new IllegalArgumentException("structures nested more than " + LARGEST_DEPTH + " deep");
        }
        while (true) {
            int header = next();
            int type = header & 0x0f;
            if (type == STOP) {
                return;
            }
            if (header >>> 4 == 0) {
                varint();
            }
            // Types 1 and 2 are the two booleans: as a field's type they are the value.
            if (type > 2) {
                value(type, depth + 1);
            }
        }
    }

    private void value(int type, int depth) {
        if (type <= BYTE) {
            skip(1);
        } else if (type >= INT16 && type <= INT64) {
            varint();
        } else if (type == DOUBLE) {
            skip(Double.BYTES);
        } else if (type == BINARY) {
            skip(varint());
        } else if (type == LIST || type == SET) {
            list(depth);
        } else if (type == MAP) {
            map(depth);
        } else if (type == STRUCT) {
            struct(depth);
        } else {
            throw new IllegalArgumentException("unknown type " + type + " at byte " + position);
        }
    }

    private void list(int depth) {
        int header = next();
        long size = header >>> 4 == LONG_LIST ? varint() : header >>> 4;
        elements(size, header & 0x0f, depth);
    }

    private void map(int depth) {
        long size = varint();
        if (size > 0) {
            int types = next();
            requireFits(size);
            for (long i = 0; i < size; i++) {
                value(types >>> 4, depth + 1);
                value(types & 0x0f, depth + 1);
            }
        }
    }

    private void elements(long size, int type, int depth) {
        requireFits(size);
        for (long i = 0; i < size; i++) {
            value(type, depth + 1);
        }
    }

    /** Every element takes at least one byte. */
    private void requireFits(long size) {
        if (size < 0 || size > limit - position) {
            throw new IllegalArgumentException("a length of " + size + " with " + (limit - position) + " bytes left");
        }
    }

    private void skip(long count) {
        requireFits(count);
        position += (int) count;
    }

    private int next() {
        requireFits(1);
        return bytes[position++] & 0xff;
    }

    private long varint() {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = next();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than " + LONGEST_VARINT + " bytes");
    }
}
