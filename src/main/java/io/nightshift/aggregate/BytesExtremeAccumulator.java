package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.job.AggregateDefinition.Function;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** MIN and MAX of strings and UUIDs (by their bytes, which for UTF-8 is by code point) and of wide decimals. */
final class BytesExtremeAccumulator extends Accumulator {

    private final boolean decimal;
    private final int sign;
    private byte[] @Nullable [] extremes = new byte[0][];
    private long valueBytes;

    BytesExtremeAccumulator(MeasurePlan plan) {
        this.decimal = plan.type().kind() == ColumnType.Kind.DECIMAL;
        this.sign = plan.function() == Function.MAX ? -1 : 1;
    }

    @Override
    void resize(int size) {
        if (extremes.length < size) {
            extremes = Arrays.copyOf(extremes, Math.max(size, extremes.length * 2));
        }
    }

    @Override
    void add(BatchValues values) {
        BytesColumn column = Objects.requireNonNull(values.bytes);
        Dictionary dictionary = column.dictionary();
        for (int i = 0; i < values.count; i++) {
            int row = values.rows[i];
            int group = values.groups[i];
            if (dictionary != null) {
                byte[] value = dictionary.bytes(column.ids()[row]);
                offer(group, value, 0, value.length);
            } else {
                int from = column.offsets()[row];
                offer(group, column.bytes(), from, column.offsets()[row + 1]);
            }
        }
    }

    private void offer(int group, byte[] value, int from, int to) {
        byte[] known = extremes[group];
        if (known == null || sign * compare(value, from, to, known) < 0) {
            extremes[group] = Arrays.copyOfRange(value, from, to);
            valueBytes += to - from - (known == null ? 0 : known.length);
        }
    }

    private int compare(byte[] value, int from, int to, byte[] known) {
        return decimal
                ? new BigInteger(value, from, to - from).compareTo(new BigInteger(known))
                : Arrays.compareUnsigned(value, from, to, known, 0, known.length);
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        BytesExtremeAccumulator from = (BytesExtremeAccumulator) other;
        for (int group = 0; group < mapping.length; group++) {
            byte[] value = from.extremes[group];
            if (value != null) {
                offer(mapping[group], value, 0, value.length);
            }
        }
    }

    @Override
    void write(StateWriter out, int size) {
        for (int group = 0; group < size; group++) {
            byte[] value = extremes[group];
            out.number(value == null ? 0 : 1);
            if (value != null) {
                out.bytes(value);
            }
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int group = 0; group < size; group++) {
            if (in.number(0, 1, "a null mark") == 1) {
                byte[] value = in.bytes();
                if (decimal && value.length == 0) {
                    throw StateReader.damaged("a decimal of no bytes");
                }
                offer(group, value, 0, value.length);
            }
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        BytesColumn result = new BytesColumn(measure.resultType(), order.length);
        for (int row = 0; row < order.length; row++) {
            byte[] value = extremes[order[row]];
            if (value == null) {
                result.appendNull(row);
            } else {
                result.append(row, value);
            }
        }
        result.size(order.length);
        return List.of(result);
    }

    @Override
    long bytes() {
        return extremes.length * 4L + valueBytes;
    }
}
