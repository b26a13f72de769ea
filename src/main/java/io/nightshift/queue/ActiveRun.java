package io.nightshift.queue;

import io.nightshift.ledger.RunId;

/**
 * A run that the queue is not done with.
 *
 * @param waiting whether it waits; else it is worked on, or has just ended
 */
public record ActiveRun(RunId run, Origin origin, boolean waiting) {}
