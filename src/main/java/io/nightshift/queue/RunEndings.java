package io.nightshift.queue;

import io.nightshift.ledger.RunRecord;

/** Hears of every queued run that needs nothing more, in the transaction that lets it go. Thread-safe. */
public interface RunEndings {

    /** A run ended for good: COMPLETED, STOPPED, or FAILED without another try. */
    void ended(RunRecord run);

    /** A run whose process died waits for another one; for most who hear, its end is what counts. */
    default void recovered(RunRecord run) {}
}
