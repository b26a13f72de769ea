package io.nightshift.parquet;

import io.nightshift.data.Dictionary;
import java.util.Arrays;
import java.util.Objects;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.jspecify.annotations.Nullable;

/**
 * The distinct values of one column chunk in order of first appearance. Ids of a source dictionary are translated by an
 * array, so that a value is looked up once per source dictionary and not once per row.
 */
final class FileDictionary {

    private static final int FIRST_SLOTS = 1 << 10;

    private byte[][] values = new byte[64][];
    private int[] lengths = new int[64];
    private int longest;
    private int size;
    private int plainBytes;
    /** Open addressing: id + 1, or 0 where free. */
    private int[] slots = new int[FIRST_SLOTS];

    private @Nullable Dictionary source;
    private int[] translated = new int[0];

    void clear() {
        Arrays.fill(values, 0, size, null);
        Arrays.fill(slots, 0);
        size = 0;
        longest = 0;
        plainBytes = 0;
        source = null;
    }

    int size() {
        return size;
    }

    byte[] value(int id) {
        return values[id];
    }

    /** Bytes of a value. */
    int length(int id) {
        return lengths[id];
    }

    /** Bytes of the longest value. */
    int longest() {
        return longest;
    }

    /** Bytes of the dictionary page. */
    int plainBytes() {
        return plainBytes;
    }

    /** The ids here of the source's ids, -1 where not yet {@linkplain #learn learned}. Live until the next source. */
    int[] translation(Dictionary dictionary) {
        if (source != dictionary) {
            source = dictionary;
            if (translated.length < dictionary.size()) {
                translated = new int[dictionary.size()];
            }
            Arrays.fill(translated, 0, dictionary.size(), -1);
        }
        return translated;
    }

    /** The id here of an id of the current source. */
    int learn(int sourceId) {
        byte[] value = Objects.requireNonNull(source).bytes(sourceId);
        int id = idOf(value, 0, value.length);
        translated[sourceId] = id;
        return id;
    }

    /** The id of a value, added where it is new. */
    int idOf(byte[] bytes, int from, int length) {
        int slot = hash(bytes, from, length) & (slots.length - 1);
        while (slots[slot] != 0) {
            byte[] value = values[slots[slot] - 1];
            if (Arrays.equals(value, 0, value.length, bytes, from, from + length)) {
                return slots[slot] - 1;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return add(Arrays.copyOfRange(bytes, from, from + length), slot);
    }

    private int add(byte[] value, int slot) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
        }
        lengths[size] = value.length;
        values[size++] = value;
        longest = Math.max(longest, value.length);
        plainBytes = Math.addExact(plainBytes, Integer.BYTES + value.length);
        slots[slot] = size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        for (int id = 0; id < size; id++) {
            int slot = hash(values[id], 0, values[id].length) & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = id + 1;
        }
    }

    private static int hash(byte[] bytes, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ (hash >>> 15);
    }

    DictionaryPage toPage() {
        PlainBytes plain = new PlainBytes(plainBytes);
        for (int id = 0; id < size; id++) {
            plain.append(values[id], 0, values[id].length);
        }
        return new DictionaryPage(plain.toBytesInput(), size, Encoding.PLAIN);
    }

    /** Byte strings in plain encoding: the length in four bytes, then the bytes. */
    static final class PlainBytes {

        private byte[] bytes;
        private int size;

        PlainBytes(int capacity) {
            bytes = new byte[capacity];
        }

        int size() {
            return size;
        }

        void clear() {
            size = 0;
        }

        void append(byte[] value, int from, int length) {
            int end = Math.addExact(size, Integer.BYTES + length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
            }
            for (int i = 0; i < Integer.BYTES; i++) {
                bytes[size + i] = (byte) (length >>> (Byte.SIZE * i));
            }
            System.arraycopy(value, from, bytes, size + Integer.BYTES, length);
            size = end;
        }

        BytesInput toBytesInput() {
            return BytesInput.from(bytes, 0, size);
        }
    }
}
