package io.nightshift.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a key that occurs twice in written rows by reading their keys again: each pass takes the keys whose hash falls into its
 * share and sorts the hashes (at most about four million, 32 MB); keys of equal hash are then compared as text. Exact.
 */
public final class DuplicateKeys {

    private static final int HASHES_PER_PASS = 1 << 22;

    private final Keys keys;

    public DuplicateKeys(Keys keys) {
        this.keys = keys;
    }

    /** Where the keys are written; may be read several times, always in the same order. */
    public interface Keys {
        void read(Visitor visitor);
    }

    /** Looks at every row in turn. */
    public interface Visitor {
        void visit(long hash, KeyRow row);
    }

    /** The row in hand; not to be kept. */
    public interface KeyRow {

        /** The key's columns with their values; equal for equal keys only. */
        String text();

        /** Where the row is, in words. */
        String place();
    }

    /** A key that occurs twice, and where. */
    public record Duplicate(String key, String first, String second) {

        @Override
        public String toString() {
            return "the key (" + key + ") occurs twice in the input: as " + first + " and as " + second
                    + " of the staged results; a key names one row";
        }
    }

    /** The first key found that occurs twice, or null where every key occurs once. */
    public @Nullable Duplicate find(long rows) {
        int passes = (int) (rows / HASHES_PER_PASS + 1);
        for (int pass = 0; pass < passes; pass++) {
            Duplicate found = find(rows, passes, pass);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Duplicate find(long rows, int passes, int pass) {
        Hashes hashes = new Hashes((int) Math.min(rows, HASHES_PER_PASS));
        keys.read((hash, row) -> {
            if (Math.floorMod(hash, passes) == pass) {
                hashes.add(hash);
            }
        });
        Set<Long> repeated = hashes.repeated();
        if (repeated.isEmpty()) {
            return null;
        }
        Map<String, String> places = new HashMap<>();
        List<Duplicate> found = new ArrayList<>();
        keys.read((hash, row) -> {
            if (found.isEmpty() && repeated.contains(hash)) {
                String text = row.text();
                String first = places.putIfAbsent(text, row.place());
                if (first != null) {
                    found.add(new Duplicate(text, first, row.place()));
                }
            }
        });
        return found.isEmpty() ? null : found.get(0);
    }

    /** The finaliser of MurmurHash3. */
    public static long mixed(long value) {
        long hash = (value ^ (value >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ (hash >>> 33);
    }

    /** Hashes of one pass, and which of them occur more than once. */
    private static final class Hashes {

        private long[] values;
        private int size;

        Hashes(int expected) {
            values = new long[Math.max(16, expected)];
        }

        void add(long hash) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = hash;
        }

        Set<Long> repeated() {
            Arrays.sort(values, 0, size);
            Set<Long> repeated = new HashSet<>();
            for (int i = 1; i < size; i++) {
                if (values[i] == values[i - 1]) {
                    repeated.add(values[i]);
                }
            }
            return repeated;
        }
    }
}
