package io.nightshift.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A column of byte strings in one of two forms, fixed per batch: <em>dictionary</em> (an id per row into a
 * {@link Dictionary}) or <em>plain</em> (offsets into one byte array). A null row has id 0, or an empty range.
 */
public final class BytesColumn extends Column {

    private static final int BYTES_PER_VALUE = 16;

    private final int capacity;
    private @Nullable Dictionary dictionary;
    private final int[] ids;
    private final int[] offsets;
    private byte[] bytes;

    public BytesColumn(ColumnType type, int capacity) {
        super(type);
        this.capacity = capacity;
        this.ids = new int[capacity];
        this.offsets = new int[capacity + 1];
        this.bytes = new byte[Math.min(capacity, 1024) * BYTES_PER_VALUE];
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void clear() {
        super.clear();
        dictionary = null;
    }

    /** The dictionary of this batch, or null where the batch is plain. */
    public @Nullable Dictionary dictionary() {
        return dictionary;
    }

    /** Makes the batch a dictionary batch; the producer then fills {@link #ids()}. */
    public void dictionary(Dictionary dictionary) {
        this.dictionary = dictionary;
    }

    /** Dictionary form: the id of each row. */
    public int[] ids() {
        return ids;
    }

    /** Plain form: row {@code i} is {@code bytes[offsets[i]]} to {@code bytes[offsets[i + 1] - 1]}. */
    public int[] offsets() {
        return offsets;
    }

    /** Plain form: the bytes of all rows. Replaced when a row does not fit, so fetch it anew for every batch. */
    public byte[] bytes() {
        return bytes;
    }

    /** Plain form: appends the next row's value, growing the array as needed. Rows are appended in order from row 0. */
    public void append(int row, byte[] value, int from, int length) {
        int start = offsets[row];
        int end = Math.addExact(start, length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
        }
        System.arraycopy(value, from, bytes, start, length);
        offsets[row + 1] = end;
    }

    public void append(int row, byte[] value) {
        append(row, value, 0, value.length);
    }

    /** Plain form: appends nothing for a null row. */
    public void appendNull(int row) {
        offsets[row + 1] = offsets[row];
        setNull(row);
    }

    /** Turns the first {@code rows} rows of a dictionary batch into plain form. */
    public void toPlain(int rows) {
        Dictionary values = dictionary;
        if (values == null) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            if (isNull(row)) {
                offsets[row + 1] = offsets[row];
            } else {
                append(row, values.bytes(ids[row]));
            }
        }
        dictionary = null;
    }

    public int length(int row) {
        return dictionary != null ? dictionary.bytes(ids[row]).length : offsets[row + 1] - offsets[row];
    }

    /** A copy of the row's bytes in either form. */
    public byte[] copy(int row) {
        return dictionary != null
                ? dictionary.bytes(ids[row]).clone()
                : Arrays.copyOfRange(bytes, offsets[row], offsets[row + 1]);
    }

    /** The row as UTF-8 text, in either form. */
    public String string(int row) {
        return dictionary != null
                ? dictionary.string(ids[row])
                : new String(bytes, offsets[row], offsets[row + 1] - offsets[row], StandardCharsets.UTF_8);
    }

    @Override
    void keepValues(int[] rows, int count) {
        if (dictionary != null) {
            for (int i = 0; i < count; i++) {
                ids[i] = ids[rows[i]];
            }
            return;
        }
        int end = 0;
        for (int i = 0; i < count; i++) {
            int from = offsets[rows[i]];
            int length = offsets[rows[i] + 1] - from;
            System.arraycopy(bytes, from, bytes, end, length);
            offsets[i] = end;
            end += length;
        }
        offsets[count] = end;
    }
}
