package io.nightshift.aggregate;

import io.nightshift.data.RecordBatch;

/**
 * The result of one aggregate.
 *
 * @param name the aggregate's name in the job
 * @param rows one row per group: the {@code group_by} columns, then the measures; sorted by group, nulls first
 */
public record AggregateTable(String name, RecordBatch rows) {}
