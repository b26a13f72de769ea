package io.nightshift.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The distinct values behind a dictionary-encoded {@link BytesColumn}. Immutable, so what is derived from it (a
 * vocabulary look-up, a group number) may be kept as long as the same instance comes along with the batches.
 * Values are in no order and may repeat.
 */
public final class Dictionary {

    private final byte[][] values;
    private final @Nullable String[] strings;

    /** Takes over the array; the caller must not change it afterwards. */
    public Dictionary(byte[][] values) {
        this.values = values;
        this.strings = new String[values.length];
    }

    public static Dictionary ofStrings(List<String> values) {
        return new Dictionary(values.stream()
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    public int size() {
        return values.length;
    }

    /** The bytes of a value; not to be changed. */
    public byte[] bytes(int id) {
        return values[id];
    }

    /** The value as UTF-8 text. */
    public String string(int id) {
        String text = strings[id];
        if (text == null) {
            text = new String(values[id], StandardCharsets.UTF_8);
            strings[id] = text;
        }
        return text;
    }
}
