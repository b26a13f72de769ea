package io.nightshift.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KllSketchTest {

    private final FewLongsSort sort = new FewLongsSort();

    private final long seed = Long.getLong("nightshift.seed", System.nanoTime());

    /** Of every fill of the levels: some are full, and compact before they take more. */
    @Test
    void aSketchIsMergedAsIfItHadBeenStored() {
        Random random = new Random(seed);
        for (int count = 0; count < 1500; count++) {
            int others = random.nextInt(1500);
            KllSketch left = filled(new KllSketch(sort), count, random);
            KllSketch right = filled(new KllSketch(sort), others, random);
            KllSketch stored = restored(left);
            stored.merge(restored(right));
            left.merge(right);
            assertThat(bytes(left))
                    .as("-Dnightshift.seed=%d, %d values and %d", seed, count, others)
                    .isEqualTo(bytes(stored));
        }
    }

    private static KllSketch filled(KllSketch sketch, int count, Random random) {
        for (int i = 0; i < count; i++) {
            if (sketch.full()) {
                sketch.makeRoom();
            }
            sketch.add(random.nextLong());
        }
        return sketch;
    }

    private static byte[] bytes(KllSketch sketch) {
        StateWriter out = new StateWriter();
        sketch.write(out);
        return out.toBytes();
    }

    private KllSketch restored(KllSketch sketch) {
        byte[] bytes = bytes(sketch);
        return KllSketch.read(new StateReader(bytes, 0, bytes.length), sort);
    }
}
