package io.nightshift.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Something a run left behind.
 *
 * @param kind table, view, file or log
 * @param location table name or path
 */
public record Artefact(
        String name,
        String kind,
        String location,
        @Nullable Long bytes,
        @Nullable String sha256) {}
