package io.nightshift.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A move of a run's state.
 *
 * @param from null for the launch
 * @param who user and process
 * @param why the reason in words
 */
public record RunEvent(Instant at, int attempt, @Nullable RunState from, RunState to, String who, String why) {}
