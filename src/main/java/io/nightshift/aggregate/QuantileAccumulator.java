package io.nightshift.aggregate;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** QUANTILEs of one column: one {@link KllSketch} per group with values, whichever ranks are asked for. */
final class QuantileAccumulator extends Accumulator {

    private final ColumnType.Layout layout;
    private final long flip;
    private @Nullable KllSketch[] sketches = new KllSketch[0];
    private final FewLongsSort sort = new FewLongsSort();
    private long bytes;

    QuantileAccumulator(ColumnType type) {
        this.layout = type.layout();
        this.flip = FixedBits.flip(type);
    }

    @Override
    void resize(int size) {
        if (sketches.length < size) {
            sketches = Arrays.copyOf(sketches, Math.max(size, sketches.length * 2));
        }
    }

    @Override
    void add(BatchValues values) {
        int[] groups = values.groups;
        int count = values.count;
        switch (layout) {
            case FLOAT -> {
                float[] floats = values.floats;
                for (int i = 0; i < count; i++) {
                    add(groups[i], FixedBits.ofFloat(floats[i]));
                }
            }
            case DOUBLE -> {
                double[] doubles = values.doubles;
                for (int i = 0; i < count; i++) {
                    add(groups[i], FixedBits.ofDouble(doubles[i]));
                }
            }
            default -> {
                long[] longs = values.longs;
                for (int i = 0; i < count; i++) {
                    add(groups[i], longs[i] ^ flip);
                }
            }
        }
    }

    private void add(int group, long bits) {
        KllSketch sketch = sketches[group];
        if (sketch == null || sketch.full()) {
            sketch = makeRoom(group);
        }
        sketch.add(bits);
    }

    private KllSketch makeRoom(int group) {
        KllSketch sketch = sketches[group];
        if (sketch == null) {
            sketch = new KllSketch(sort);
            sketches[group] = sketch;
        } else {
            bytes -= sketch.bytes();
            sketch.makeRoom();
        }
        bytes += sketch.bytes();
        return sketch;
    }

    @Override
    void merge(Accumulator other, int[] mapping) {
        QuantileAccumulator from = (QuantileAccumulator) other;
        for (int group = 0; group < mapping.length; group++) {
            KllSketch theirs = from.sketches[group];
            if (theirs != null) {
                KllSketch ours = sketches[mapping[group]];
                if (ours == null) {
                    ours = new KllSketch(sort);
                    sketches[mapping[group]] = ours;
                } else {
                    bytes -= ours.bytes();
                }
                ours.merge(theirs);
                bytes += ours.bytes();
            }
        }
    }

    @Override
    void write(StateWriter out, int size) {
        for (int group = 0; group < size; group++) {
            KllSketch sketch = sketches[group];
            out.number(sketch == null ? 0 : 1);
            if (sketch != null) {
                sketch.write(out);
            }
        }
    }

    @Override
    void read(StateReader in, int size) {
        resize(size);
        for (int group = 0; group < size; group++) {
            if (in.number(0, 1, "a null mark") == 1) {
                KllSketch sketch = KllSketch.read(in, sort);
                sketches[group] = sketch;
                bytes += sketch.bytes();
            }
        }
    }

    @Override
    List<Column> results(MeasurePlan measure, int[] order) {
        double rank = Objects.requireNonNull(measure.measure().at());
        Column result = measure.resultType().newColumn(order.length);
        for (int row = 0; row < order.length; row++) {
            KllSketch sketch = sketches[order[row]];
            if (sketch == null) {
                FixedBits.putNull(result, row);
            } else {
                FixedBits.put(sketch.quantile(rank), result, row);
            }
        }
        result.size(order.length);
        return List.of(result);
    }

    @Override
    long bytes() {
        return bytes + sketches.length * 4L;
    }
}
