package io.nightshift.queue;

import io.nightshift.ledger.RunId;
import io.nightshift.run.RunControl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The runs that the workers of this process work on now, with their progress. Thread-safe. */
final class WorkInHand {

    private final Map<RunId, RunControl> runs = new ConcurrentHashMap<>();

    void begin(RunId run, RunControl control) {
        runs.put(run, control);
    }

    void end(RunId run) {
        runs.remove(run);
    }

    Map<RunId, RunControl> now() {
        return Map.copyOf(runs);
    }
}
