package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.job.AggregateDefinition.Function;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * HISTOGRAM and SHARE_ABOVE: how many values are at or above each of some ascending boundaries. Boundaries are turned
 * into the column's own numbers beforehand, so that comparing them never rounds.
 */
final class BucketAccumulator extends Accumulator {

    private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final ColumnType.Layout layout;
    private final double[] doubleBounds;
    private final BigInteger[] wholeBounds;
    private final long[] longBounds;
    private final long flip;
    private final int stride;
    private long[] counts = new long[0];

    BucketAccumulator(MeasurePlan plan) {
        this.layout = plan.type().layout();
        this.flip = FixedBits.flip(plan.type());
        boolean above = plan.function() == Function.SHARE_ABOVE;
        List<Double> bounds = above
                ? List.of(Objects.requireNonNull(plan.measure().at()))
                : plan.measure().buckets();
        // Above a double is the same as at or above the next one.
        this.doubleBounds = bounds.stream()
                .mapToDouble(bound -> above ? Math.nextUp(bound) : bound)
                .toArray();
        this.wholeBounds = bounds.stream()
                .map(bound -> whole(bound, above, plan.type().scale()))
                .toArray(BigInteger[]::new);
        BigInteger offset = flip == 0 ? BigInteger.ZERO : SMALLEST;
        this.longBounds = Arrays.stream(wholeBounds)
                .map(bound -> bound.add(offset))
                .filter(bound -> bound.compareTo(LARGEST) <= 0)
                .mapToLong(bound -> bound.max(SMALLEST).longValue())
                .toArray();
        this.stride = bounds.size() + 1;
    }

    /** The smallest unscaled whole number in the bucket that starts at the bound, or above the bound. */
    private static BigInteger whole(double bound, boolean above, int scale) {
        BigDecimal unscaled = new BigDecimal(bound).movePointRight(scale);
        return above
                ? unscaled.setScale(0, RoundingMode.FLOOR).toBigInteger().add(BigInteger.ONE)
                : unscaled.setScale(0, RoundingMode.CEILING).toBigInteger();
    }

    @Override
    void resize(int size) {
        if (counts.length < size * stride) {
            counts = Arrays.copyOf(counts, Math.max(Math.multiplyExact(size, stride), counts.length * 2));
        }
    }

    @Override
    void add(BatchValues values) {
        switch (layout) {
            case BOOLEAN, INT, LONG -> addLongs(values);
            case FLOAT -> addFloats(values);
            case DOUBLE -> addDoubles(values);
            case BYTES -> addDecimals(values);
        }
    }

    private void addLongs(BatchValues values) {
        for (int i = 0; i < values.count; i++) {
            long value = values.longs[i] ^ flip;
            int bucket = 0;
            for (long bound : longBounds) {
                bucket += value >= bound ? 1 : 0;
            }
            counts[values.groups[i] * stride + bucket]++;
        }
    }

    private void addFloats(BatchValues values) {
        for (int i = 0; i < values.count; i++) {
            double value = values.floats[i];
            int bucket = 0;
            for (double bound : doubleBounds) {
                bucket += value >= bound ? 1 : 0;
            }
            counts[values.groups[i] * stride + bucket]++;
        }
    }

    private void addDoubles(BatchValues values) {
        for (int i = 0; i < values.count; i++) {
            double value = values.doubles[i];
            int bucket = 0;
            for (double bound : doubleBounds) {
                bucket += value >= bound ? 1 : 0;
            }
            counts[values.groups[i] * stride + bucket]++;
        }
    }

    private void addDecimals(BatchValues values) {
        BytesColumn column = Objects.requireNonNull(values.bytes);
        for (int i = 0; i < values.count; i++) {
            BigInteger value = new BigInteger(column.copy(values.rows[i]));
            int bucket = 0;
            for (BigInteger bound : wholeBounds) {
                bucket += value.compareTo(bound) >= 0 ? 1 : 0;
            }
            counts[values.groups[i] * stride + bucket]++;
        }
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        long[] from = ((BucketAccumulator) other).counts;
        for (int group = 0; group < mapping.length; group++) {
            for (int bucket = 0; bucket < stride; bucket++) {
                counts[mapping[group] * stride + bucket] += from[group * stride + bucket];
            }
        }
    }

    @Override
    void write(StateWriter out, int size) {
        for (int i = 0; i < size * stride; i++) {
            out.number(counts[i]);
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int i = 0; i < size * stride; i++) {
            counts[i] = in.number();
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        return measure.function() == Function.SHARE_ABOVE
                ? List.of(shares(measure.resultType(), order))
                : histogram(measure.resultType(), order);
    }

    private Column shares(ColumnType type, int[] order) {
        DoubleColumn shares = new DoubleColumn(type, order.length);
        for (int row = 0; row < order.length; row++) {
            long above = counts[order[row] * stride + 1];
            long all = above + counts[order[row] * stride];
            if (all == 0) {
                shares.setNull(row);
            } else {
                shares.values()[row] = (double) above / all;
            }
        }
        shares.size(order.length);
        return shares;
    }

    private List<Column> histogram(ColumnType type, int[] order) {
        List<Column> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < stride; bucket++) {
            LongColumn column = new LongColumn(type, order.length);
            for (int row = 0; row < order.length; row++) {
                column.values()[row] = counts[order[row] * stride + bucket];
            }
            column.size(order.length);
            buckets.add(column);
        }
        return buckets;
    }

    @Override
    long bytes() {
        return (long) counts.length * Long.BYTES;
    }
}
