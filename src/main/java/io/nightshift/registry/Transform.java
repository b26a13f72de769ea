package io.nightshift.registry;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a column's value becomes the number that the model sees. The first transform of a feature reads the column. */
public sealed interface Transform {

    /** Its name in {@code model.yaml}. */
    String name();

    /** Reads a column's values. */
    sealed interface Reading extends Transform {}

    /** Turns a number into another. */
    sealed interface Step extends Transform {}

    /** The value of a numeric column. */
    record Number() implements Reading {
        @Override
        public String name() {
            return "number";
        }
    }

    /** 1 for true and 0 for false, of a boolean column; whether it is not 0, of a whole number's. */
    record Truth() implements Reading {
        @Override
        public String name() {
            return "boolean";
        }
    }

    /** A field of a date or timestamp; a timestamp that is an instant is read in UTC. */
    record Calendar(CalendarField field) implements Reading {
        @Override
        public String name() {
            return field.name().toLowerCase(Locale.ROOT);
        }
    }

    enum CalendarField {
        /** 1 to 12. */
        MONTH,
        /** Monday 0 to Sunday 6. */
        DAY_OF_WEEK,
        /** 0 to 23; of a time of day too. */
        HOUR,
        /** 1 to 366. */
        DAY_OF_YEAR
    }

    /** Whole units since 1970-01-01T00:00, rounded down, of a date or timestamp. */
    record Epoch(EpochUnit unit) implements Reading {
        @Override
        public String name() {
            return "epoch";
        }
    }

    enum EpochUnit {
        DAYS(86_400L * 1_000_000_000),
        HOURS(3_600L * 1_000_000_000),
        SECONDS(1_000_000_000),
        MILLIS(1_000_000),
        MICROS(1_000),
        NANOS(1);

        private final long nanos;

        EpochUnit(long nanos) {
            this.nanos = nanos;
        }

        public long nanos() {
            return nanos;
        }
    }

    /**
     * The number of a text (or of a whole number's digits) in a vocabulary.
     *
     * @param first the number of the vocabulary's first entry
     * @param unknown the number of a text that is not in the vocabulary, or null to reject its row
     */
    record Index(Vocabulary vocabulary, int first, @Nullable Integer unknown) implements Reading {
        @Override
        public String name() {
            return "index";
        }
    }

    /**
     * One feature per entry of the vocabulary: 1 for the text itself, 0 for all others.
     *
     * @param rejectUnknown whether a text that is not in the vocabulary rejects its row; else it is all zeros
     */
    record OneHot(Vocabulary vocabulary, boolean rejectUnknown) implements Reading {
        @Override
        public String name() {
            return "one_hot";
        }
    }

    /**
     * The 64-bit FNV-1a hash of a text's UTF-8 bytes (or of a whole number's decimal digits), taken as an unsigned number,
     * modulo the number of buckets.
     */
    record HashBucket(int buckets) implements Reading {
        @Override
        public String name() {
            return "hash_bucket";
        }
    }

    /** {@code (value - mean) / deviation}. */
    record Standardize(double mean, double deviation) implements Step {
        @Override
        public String name() {
            return "standardize";
        }
    }

    /** The nearest number in a range. */
    record Clip(double min, double max) implements Step {
        @Override
        public String name() {
            return "clip";
        }
    }

    /** The natural logarithm of 1 + value. */
    record Log1p() implements Step {
        @Override
        public String name() {
            return "log1p";
        }
    }

    /** How many of the ascending boundaries are less than or equal to the value: 0 to their count. */
    record Bucketize(double[] boundaries) implements Step {

        public Bucketize {
            boundaries = boundaries.clone();
        }

        @Override
        public double[] boundaries() {
            return boundaries.clone();
        }

        @Override
        public String name() {
            return "bucketize";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bucketize bucketize && Arrays.equals(boundaries, bucketize.boundaries);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(boundaries);
        }

        @Override
        public String toString() {
            return "Bucketize" + Arrays.toString(boundaries);
        }
    }
}
