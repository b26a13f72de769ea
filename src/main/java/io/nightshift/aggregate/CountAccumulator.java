package io.nightshift.aggregate;

import io.nightshift.data.Column;
import io.nightshift.data.LongColumn;
import java.util.Arrays;
import java.util.List;

/** COUNT: rows, or values. */
final class CountAccumulator extends Accumulator {

    private long[] counts = new long[0];

    @Override
    void resize(int size) {
        if (counts.length < size) {
            counts = Arrays.copyOf(counts, Math.max(size, counts.length * 2));
        }
    }

    @Override
    void add(BatchValues values) {
        count(counts, values.groups, values.count);
    }

    static void count(long[] counts, int[] groups, int size) {
        for (int i = 0; i < size; i++) {
            counts[groups[i]]++;
        }
    }

    long count(int group) {
        return counts[group];
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        for (int group = 0; group < mapping.length; group++) {
            counts[mapping[group]] += ((CountAccumulator) other).counts[group];
        }
    }

    @Override
    void write(StateWriter out, int size) {
        for (int group = 0; group < size; group++) {
            out.number(counts[group]);
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int group = 0; group < size; group++) {
            counts[group] = in.number();
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        LongColumn result = new LongColumn(measure.resultType(), order.length);
        for (int row = 0; row < order.length; row++) {
            result.values()[row] = counts[order[row]];
        }
        result.size(order.length);
        return List.of(result);
    }

    @Override
    long bytes() {
        return (long) counts.length * Long.BYTES;
    }
}
