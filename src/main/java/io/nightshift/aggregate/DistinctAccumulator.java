package io.nightshift.aggregate;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.data.LongColumn;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * DISTINCT: a HyperLogLog sketch of DataSketches per group. Its registers are maxima, and the estimate is made from the
 * registers alone (not from the order-dependent HIP counter), so neither order nor partitioning matters.
 */
final class DistinctAccumulator extends Accumulator {

    /** 4,096 registers: a relative standard error of 1.6 %. */
    private static final int LOG_REGISTERS = 12;

    /** Bits: one for each group and entry of a dictionary. */
    private static final long MOST_REMEMBERED = 1 << 23;

    /** Objects of a sketch beside its values or registers. */
    private static final int SKETCH_BYTES = 120;
    /** All sketches are counted anew after so many values for each: some 11 bytes a value are missed until then. */
    private static final int VALUES_BETWEEN_COUNTS = 4;

    private final ColumnType.Layout layout;
    private @Nullable HllSketch[] sketches = new HllSketch[0];
    private @Nullable Dictionary dictionary;
    private long[] hashOfId = new long[0];
    /** Pairs of a group and an entry of the dictionary that were added. */
    private final BitSet seen = new BitSet();

    private long bytes;
    private long valuesSinceCount;

    DistinctAccumulator(ColumnType type) {
        this.layout = type.layout();
    }

    @Override
    void resize(int size) {
        if (sketches.length < size) {
            sketches = Arrays.copyOf(sketches, Math.max(size, sketches.length * 2));
        }
    }

    @Override
    void add(BatchValues values) {
        Dictionary entries =
                layout == ColumnType.Layout.BYTES && values.bytes != null ? values.bytes.dictionary() : null;
        if (entries != null && learn(entries)) {
            addUnseen(values, Objects.requireNonNull(values.bytes).ids(), entries.size());
        } else {
            addAll(values);
        }
        if (valuesSinceCount >= (long) sketches.length * VALUES_BETWEEN_COUNTS) {
            countBytes();
        }
    }

    private void addAll(BatchValues values) {
        for (int i = 0; i < values.count; i++) {
            long value =
                    switch (layout) {
                        case BOOLEAN, INT, LONG -> values.longs[i];
                        case FLOAT -> FixedBits.ofFloat(values.floats[i]);
                        case DOUBLE -> FixedBits.ofDouble(values.doubles[i]);
                        case BYTES -> hash(Objects.requireNonNull(values.bytes), values.rows[i]);
                    };
            sketch(values.groups[i]).update(value);
        }
        valuesSinceCount += values.count;
    }

    /** Adds each entry of a dictionary once per group: to a sketch, the same value again is nothing new. */
    private void addUnseen(BatchValues values, int[] ids, int entries) {
        for (int i = 0; i < values.count; i++) {
            int id = ids[values.rows[i]];
            int pair = values.groups[i] * entries + id;
            if (!seen.get(pair)) {
                seen.set(pair);
                sketch(values.groups[i]).update(hashOfId[id]);
                valuesSinceCount++;
            }
        }
    }

    /** Hashes a new dictionary's entries; false where it has too many to remember them for every group. */
    private boolean learn(Dictionary entries) {
        if (entries != dictionary) {
            dictionary = entries;
            seen.clear();
            hashOfId = new long[entries.size()];
            for (int id = 0; id < hashOfId.length; id++) {
                hashOfId[id] = Hash.of(entries.bytes(id), 0, entries.bytes(id).length);
            }
        }
        return (long) sketches.length * entries.size() <= MOST_REMEMBERED;
    }

    /** Hashed here and not by DataSketches, which leaves out the empty string. */
    private long hash(BytesColumn column, int row) {
        Dictionary entries = column.dictionary();
        if (entries == null) {
            int from = column.offsets()[row];
            return Hash.of(column.bytes(), from, column.offsets()[row + 1] - from);
        }
        learn(entries);
        return hashOfId[column.ids()[row]];
    }

    private HllSketch sketch(int group) {
        HllSketch sketch = sketches[group];
        if (sketch == null) {
            sketch = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_8);
            sketches[group] = sketch;
            bytes += bytes(sketch);
        }
        return sketch;
    }

    private void countBytes() {
        bytes = 0;
        for (HllSketch sketch : sketches) {
            if (sketch != null) {
                bytes += bytes(sketch);
            }
        }
        valuesSinceCount = 0;
    }

    private static long bytes(HllSketch sketch) {
        return SKETCH_BYTES + sketch.getUpdatableSerializationBytes();
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        DistinctAccumulator from = (DistinctAccumulator) other;
        for (int group = 0; group < mapping.length; group++) {
            HllSketch theirs = from.sketches[group];
            if (theirs != null) {
                Union union = new Union(LOG_REGISTERS);
                union.update(sketch(mapping[group]));
                union.update(theirs);
                sketches[mapping[group]] = union.getResult(TgtHllType.HLL_8);
            }
        }
        countBytes();
    }

    @Override
    void write(StateWriter out, int size) {
        for (int group = 0; group < size; group++) {
            HllSketch sketch = sketches[group];
            // Four bits a register are enough for storing; eight are faster to update.
            out.bytes(
                    sketch == null
                            ? new byte[0]
                            : sketch.copyAs(TgtHllType.HLL_4).toCompactByteArray());
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int group = 0; group < size; group++) {
            byte[] stored = in.bytes();
            if (stored.length > 0) {
                sketches[group] = restore(stored);
            }
        }
        countBytes();
    }

    private static HllSketch restore(byte[] stored) {
        try {
            HllSketch sketch = HllSketch.heapify(Memory.wrap(stored));
            if (sketch.getLgConfigK() != LOG_REGISTERS) {
                throw StateReader.damaged("a distinct count of 2^" + sketch.getLgConfigK() + " registers");
            }
            return sketch.copyAs(TgtHllType.HLL_8);
        } catch (SketchesArgumentException | IndexOutOfBoundsException e) {
            throw StateReader.damaged("a distinct count cannot be read (" + e.getMessage() + ")");
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        LongColumn result = new LongColumn(measure.resultType(), order.length);
        for (int row = 0; row < order.length; row++) {
            HllSketch sketch = sketches[order[row]];
            result.values()[row] = sketch == null ? 0 : Math.round(sketch.getCompositeEstimate());
        }
        result.size(order.length);
        return List.of(result);
    }

    @Override
    long bytes() {
        return bytes + sketches.length * 4L;
    }
}
