package io.nightshift.aggregate;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.job.AggregateDefinition.Function;
import java.util.Arrays;
import java.util.List;

/** MIN and MAX of fixed-width values. A maximum is kept as the minimum of the complements. */
final class ExtremeAccumulator extends Accumulator {

    private final ColumnType.Layout layout;
    private final long complement;
    private final long flip;
    private long[] least = new long[0];
    private boolean[] seen = new boolean[0];

    ExtremeAccumulator(MeasurePlan plan) {
        this.layout = plan.type().layout();
        this.complement = plan.function() == Function.MAX ? -1L : 0L;
        this.flip = FixedBits.flip(plan.type()) ^ complement;
    }

    @Override
    void resize(int size) {
        if (least.length < size) {
            int known = least.length;
            least = Arrays.copyOf(least, Math.max(size, known * 2));
            Arrays.fill(least, known, least.length, Long.MAX_VALUE);
            seen = Arrays.copyOf(seen, least.length);
        }
    }

    @Override
    void add(BatchValues values) {
        int[] groups = values.groups;
        for (int i = 0; i < values.count; i++) {
            long bits =
                    switch (layout) {
                        case BOOLEAN, INT, LONG -> values.longs[i] ^ flip;
                        case FLOAT -> FixedBits.ofFloat(values.floats[i]) ^ complement;
                        case DOUBLE -> FixedBits.ofDouble(values.doubles[i]) ^ complement;
                        case BYTES -> throw new IllegalStateException("not of fixed width");
                    };
            least[groups[i]] = Math.min(least[groups[i]], bits);
            seen[groups[i]] = true;
        }
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        ExtremeAccumulator from = (ExtremeAccumulator) other;
        for (int group = 0; group < mapping.length; group++) {
            int to = mapping[group];
            least[to] = Math.min(least[to], from.least[group]);
            seen[to] |= from.seen[group];
        }
    }

    @Override
    void write(StateWriter out, int size) {
        for (int group = 0; group < size; group++) {
            out.number(seen[group] ? 1 : 0);
            if (seen[group]) {
                out.fixed(least[group]);
            }
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int group = 0; group < size; group++) {
            seen[group] = in.number(0, 1, "a null mark") == 1;
            least[group] = seen[group] ? in.fixed() : Long.MAX_VALUE;
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        Column result = measure.resultType().newColumn(order.length);
        for (int row = 0; row < order.length; row++) {
            if (seen[order[row]]) {
                FixedBits.put(least[order[row]] ^ complement, result, row);
            } else {
                FixedBits.putNull(result, row);
            }
        }
        result.size(order.length);
        return List.of(result);
    }

    @Override
    long bytes() {
        return least.length * (Long.BYTES + 1L);
    }
}
