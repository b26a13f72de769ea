package io.nightshift.parquet;

/**
 * Whole numbers stored as their differences (DELTA_BINARY_PACKED): blocks with a least difference, of parts with a width each. Decodes
 * into the caller's array and allocates nothing, whatever a page claims.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">the format</a>
 */
final class DeltaValues extends PageValues {

    private static final int LARGEST_BLOCK = 1 << 20;

    private int position;
    private int limit;
    private int partsOfBlock;
    private int valuesOfPart;
    private int left;
    private boolean started;
    private long value;

    private long leastDifference;
    private int widths;
    private int part;
    private int leftInPart;
    private int width;
    private long bit;

    void reset(byte[] page, int from, int limit, int valueCount) {
        this.bytes = page;
        this.position = from;
        this.limit = limit;
        int block = Math.toIntExact(number());
        partsOfBlock = Math.toIntExact(number());
        left = Math.toIntExact(number());
        value = zigzag();
        if (block <= 0 || block > LARGEST_BLOCK || partsOfBlock <= 0 || partsOfBlock > block) {
            throw new IllegalArgumentException("delta blocks of " + block + " values in " + partsOfBlock + " parts");
        }
        valuesOfPart = block / partsOfBlock;
        if (valuesOfPart * partsOfBlock != block || valuesOfPart % Byte.SIZE != 0) {
            throw new IllegalArgumentException("delta blocks of " + block + " values in " + partsOfBlock + " parts");
        }
        if (left > valueCount) {
            throw new IllegalArgumentException("a page of " + valueCount + " values holds " + left);
        }
        started = false;
        part = partsOfBlock;
        leftInPart = 0;
    }

    @Override
    void longs(long[] into, int from, int count) {
        int at = from;
        int end = from + count;
        while (at < end) {
            int taken = begin(end - at);
            if (taken == 0) {
                into[at++] = value;
                continue;
            }
            long current = value;
            for (int i = 0; i < taken; i++) {
                current += leastDifference + difference(i);
                into[at++] = current;
            }
            took(taken, current);
        }
    }

    @Override
    void ints(int[] into, int from, int count) {
        int at = from;
        int end = from + count;
        while (at < end) {
            int taken = begin(end - at);
            if (taken == 0) {
                into[at++] = (int) value;
                continue;
            }
            long current = value;
            for (int i = 0; i < taken; i++) {
                current += leastDifference + difference(i);
                into[at++] = (int) current;
            }
            took(taken, current);
        }
    }

    @Override
    void skip(int count) {
        int toSkip = count;
        while (toSkip > 0) {
            int taken = begin(toSkip);
            long current = value;
            for (int i = 0; i < taken; i++) {
                current += leastDifference + difference(i);
            }
            took(taken, current);
            toSkip -= Math.max(1, taken);
        }
    }

    /** How many differences of one part come next, at most so many; 0 where the page's first value does, which is no difference. */
    private int begin(int most) {
        if (left == 0) {
            throw ended();
        }
        if (!started) {
            started = true;
            left--;
            return 0;
        }
        if (leftInPart == 0) {
            nextPart();
        }
        return Math.min(Math.min(leftInPart, left), most);
    }

    private void took(int count, long last) {
        value = last;
        bit += (long) count * width;
        leftInPart -= count;
        left -= count;
    }

    private void nextPart() {
        if (part == partsOfBlock) {
            leastDifference = zigzag();
            widths = position;
            position += partsOfBlock;
            part = 0;
        }
        if (position > limit) {
            throw ended();
        }
        width = bytes[widths + part] & 0xFF;
        part++;
        bit = position * 8L;
        long end = position + (long) valuesOfPart * width / Byte.SIZE;
        if (width > Long.SIZE || end > limit) {
            throw ended();
        }
        position = (int) end;
        leftInPart = valuesOfPart;
    }

    /** The part's next difference but {@code index}, over the block's least. */
    private long difference(int index) {
        if (width == 0) {
            return 0;
        }
        long first = bit + (long) index * width;
        int at = (int) (first >>> 3);
        int shift = (int) (first & 7);
        long bits = eight(at) >>> shift;
        if (shift + width > Long.SIZE) {
            bits |= (long) bytes[at + Long.BYTES] << Long.SIZE - shift;
        }
        return width == Long.SIZE ? bits : bits & (1L << width) - 1;
    }

    private long eight(int at) {
        if (at + Long.BYTES <= bytes.length) {
            return (long) BitPacking.LONGS.get(bytes, at);
        }
        long eight = 0;
        for (int i = at; i < bytes.length; i++) {
            eight |= (bytes[i] & 0xFFL) << Byte.SIZE * (i - at);
        }
        return eight;
    }

    private long zigzag() {
        long number = number();
        return number >>> 1 ^ -(number & 1);
    }

    private long number() {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= limit) {
                throw ended();
            }
            int next = bytes[position++];
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }

    private static IllegalArgumentException ended() {
        return new IllegalArgumentException("the page ends before its values");
    }
}
