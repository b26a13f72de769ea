package io.nightshift.feature;

import io.nightshift.data.Fnv1a;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text's bytes to its number, NaN for none. Implementations hold no state that changes. */
interface CategoryCode {

    double of(byte[] bytes, int from, int to);

    static CategoryCode bucket(int buckets) {
        return (bytes, from, to) -> Long.remainderUnsigned(Fnv1a.of(bytes, from, to), buckets);
    }

    /**
     * Numbers the texts of a vocabulary.
     *
     * @param first the number of the first text
     * @param unknown the number of every other text, NaN for none
     */
    static CategoryCode vocabulary(List<String> values, int first, double unknown) {
        return new Table(values, first, unknown);
    }

    /** An open-addressed table over byte ranges, so that a look-up makes no object. */
    final class Table implements CategoryCode {

        private final byte[] @Nullable [] keys;
        private final int[] positions;
        private final int first;
        private final double unknown;

        private Table(List<String> values, int first, double unknown) {
            int size = Integer.highestOneBit(Math.max(4, values.size()) * 2) * 2;
            this.keys = new byte[size][];
            this.positions = new int[size];
            this.first = first;
            this.unknown = unknown;
            for (int position = 0; position < values.size(); position++) {
                byte[] key = values.get(position).getBytes(StandardCharsets.UTF_8);
                int slot = slot(key, 0, key.length);
                keys[slot] = key;
                positions[slot] = position;
            }
        }

        @Override
        public double of(byte[] bytes, int from, int to) {
            int slot = slot(bytes, from, to);
            return keys[slot] == null ? unknown : (double) first + positions[slot];
        }

        /** Where the text is, or the empty slot where it would be. */
        private int slot(byte[] bytes, int from, int to) {
            long hash = Fnv1a.of(bytes, from, to);
            int slot = (int) (hash ^ (hash >>> 32)) & (keys.length - 1);
            byte[] key = keys[slot];
            while (key != null && !Arrays.equals(key, 0, key.length, bytes, from, to)) {
                slot = (slot + 1) & (keys.length - 1);
                key = keys[slot];
            }
            return slot;
        }
    }
}
