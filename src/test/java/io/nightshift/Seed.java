package io.nightshift;

import java.util.Random;

/** The seed of a property test: a new one each time, or that of the system property {@code nightshift.seed}. */
public record Seed(long value) {

    private static final String PROPERTY = "nightshift.seed";

    /** A seed that the test names in every assertion, so that a failure can be repeated. */
    public static Seed next() {
        return new Seed(Long.getLong(PROPERTY, System.nanoTime()));
    }

    public Random random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "-D" + PROPERTY + "=" + value;
    }
}
