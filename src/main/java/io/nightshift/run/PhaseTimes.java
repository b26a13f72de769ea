package io.nightshift.run;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the nanoseconds that workers spend in each phase. Thread-safe; partitions add once, when they end. */
final class PhaseTimes {

    private final Map<Phase, LongAdder> nanos = new EnumMap<>(Phase.class);

    PhaseTimes() {
        for (Phase phase : Phase.values()) {
            nanos.put(phase, new LongAdder());
        }
    }

    void add(Phase phase, long nanoseconds) {
        java.util.Objects.requireNonNull(nanos.get(phase)).add(nanoseconds);
    }

    void add(PhaseTimes other) {
        other.nanos.forEach((phase, value) -> add(phase, value.sum()));
    }

    double seconds() {
        return nanos.values().stream().mapToLong(LongAdder::sum).sum() / 1e9;
    }

    /** Seconds of worker time by metric name. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        nanos.forEach((phase, value) -> metrics.put(phase.metric(), value.sum() / 1e9));
        return metrics;
    }
}
