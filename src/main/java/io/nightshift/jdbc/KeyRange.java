package io.nightshift.jdbc;

import java.util.List;

/**
 * A range of key values and what it held when it was measured. A value that survives JSON.
 *
 * @param from the first key of the range, one text for each key column; empty where the range has no beginning
 * @param to the first key after the range; empty where the range has no end
 * @param checksum of the rows, by a {@link SourceMark}: another one means other rows
 */
public record KeyRange(List<String> from, List<String> to, long rows, String checksum) {

    public KeyRange {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /** All rows, not yet measured. */
    public static KeyRange whole() {
        return new KeyRange(List.of(), List.of(), 0, "0");
    }

    KeyRange measured(long count, String sum) {
        return new KeyRange(from, to, count, sum);
    }

    /** The range in words, for messages. */
    @Override
    public String toString() {
        if (from.isEmpty() && to.isEmpty()) {
            return "all rows";
        }
        return "keys " + (from.isEmpty() ? "" : "from " + String.join(", ", from) + " ")
                + (to.isEmpty() ? "on" : "to before " + String.join(", ", to));
    }
}
