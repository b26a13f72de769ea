package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition.Function;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** SUM, MEAN and STDDEV of one column, from its exact count, sum and sum of squares; only a result is rounded, once. */
final class MomentAccumulator extends Accumulator {

    private static final BigInteger LARGEST_DECIMAL = BigInteger.TEN.pow(38);

    private final ColumnType type;
    private final CountAccumulator counts = new CountAccumulator();
    private final ExactSum sums = new ExactSum();
    private final @Nullable ExactSum squares;

    /** @param squared whether a STDDEV is among the measures */
    MomentAccumulator(ColumnType type, boolean squared) {
        this.type = type;
        this.squares = squared ? new ExactSum() : null;
    }

    @Override
    void resize(int size) {
        counts.resize(size);
        sums.resize(size);
        if (squares != null) {
            squares.resize(size);
        }
    }

    @Override
    void add(BatchValues values) {
        counts.add(values);
        int[] groups = values.groups;
        int count = values.count;
        boolean unsigned = type.kind() == Kind.UINT64;
        switch (type.layout()) {
            case BOOLEAN, INT, LONG -> sums.addLongs(groups, values.longs, count, unsigned);
            case FLOAT -> sums.addFloats(groups, values.floats, count);
            case DOUBLE -> sums.addDoubles(groups, values.doubles, count);
            case BYTES -> addDecimals(values);
        }
        if (squares != null) {
            switch (type.layout()) {
                case BOOLEAN, INT, LONG -> squares.addLongSquares(groups, values.longs, count, unsigned);
                case FLOAT -> squares.addFloatSquares(groups, values.floats, count);
                case DOUBLE -> squares.addDoubleSquares(groups, values.doubles, count);
                case BYTES -> {}
            }
        }
    }

    private void addDecimals(BatchValues values) {
        BytesColumn column = Objects.requireNonNull(values.bytes);
        for (int i = 0; i < values.count; i++) {
            BigInteger value = new BigInteger(column.copy(values.rows[i]));
            sums.addWhole(values.groups[i], value);
            if (squares != null) {
                squares.addWhole(values.groups[i], value.multiply(value));
            }
        }
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        MomentAccumulator from = (MomentAccumulator) other;
        counts.merge(from.counts, mapping);
        sums.merge(from.sums, mapping);
        if (squares != null && from.squares != null) {
            squares.merge(from.squares, mapping);
        }
    }

    @Override
    void write(StateWriter out, int size) {
        counts.write(out, size);
        sums.write(out);
        if (squares != null) {
            squares.write(out);
        }
    }

    @Override
    void read(StateReader in, int size) {
        counts.read(in, size);
        sums.read(in, size);
        if (squares != null) {
            squares.read(in, size);
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        Column result = measure.resultType().newColumn(order.length);
        long least = measure.function() == Function.STDDEV ? 2 : 1;
        for (int row = 0; row < order.length; row++) {
            int group = order[row];
            if (counts.count(group) < least) {
                FixedBits.putNull(result, row);
            } else if (result instanceof DoubleColumn doubles) {
                doubles.values()[row] = result(measure.function(), group);
            } else {
                putWhole(measure, sums.total(group), result, row);
            }
        }
        result.size(order.length);
        return List.of(result);
    }

    private double result(Function function, int group) {
        double infinity = sums.infinity(group);
        BigInteger count = BigInteger.valueOf(counts.count(group));
        BigInteger unit = BigInteger.TEN.pow(type.scale());
        if (function == Function.STDDEV && squares != null) {
            return infinity != 0 ? Double.NaN : Math.sqrt(variance(group, count, squares, unit.pow(2)));
        }
        if (infinity != 0) {
            return infinity;
        }
        BigInteger denominator = function == Function.MEAN ? count.multiply(unit) : unit;
        return ExactRatio.toDouble(sums.total(group), denominator, sums.exponent());
    }

    private double variance(int group, BigInteger count, ExactSum squared, BigInteger unit) {
        if (squared.infinity(group) != 0) {
            return Double.POSITIVE_INFINITY;
        }
        BigInteger sum = sums.total(group);
        BigInteger left = squared.total(group).multiply(count);
        BigInteger right = sum.multiply(sum);
        int exponent = Math.min(squared.exponent(), 2 * sums.exponent());
        BigInteger difference =
                left.shiftLeft(squared.exponent() - exponent).subtract(right.shiftLeft(2 * sums.exponent() - exponent));
        BigInteger denominator = count.multiply(count.subtract(BigInteger.ONE)).multiply(unit);
        return Math.max(0, ExactRatio.toDouble(difference, denominator, exponent));
    }

    private static void putWhole(MeasurePlan measure, BigInteger total, Column result, int row) {
        // The window of bins starts at the ones for whole numbers, so the total needs no scaling.
        if (result instanceof LongColumn longs && total.bitLength() < Long.SIZE) {
            longs.values()[row] = total.longValue();
        } else if (result instanceof BytesColumn bytes && total.abs().compareTo(LARGEST_DECIMAL) < 0) {
            bytes.append(row, total.toByteArray());
        } else {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    measure.describe() + " is " + total
                            + (measure.type().scale() > 0
                                    ? "E-" + measure.type().scale()
                                    : "")
                            + ", more than its type " + measure.resultType()
                            + " holds; use mean instead, or group by more columns. The run's results are not published");
        }
    }

    @Override
    long bytes() {
        return counts.bytes() + sums.bytes() + (squares == null ? 0 : squares.bytes());
    }
}
