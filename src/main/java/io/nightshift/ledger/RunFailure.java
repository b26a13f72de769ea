package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed, as the run records it.
 *
 * @param message what failed, which value, what is allowed and what was kept
 * @param where file, row group, row and column, or null where the message says it
 */
public record RunFailure(
        FailureCode code, String message, @Nullable String where) {}
