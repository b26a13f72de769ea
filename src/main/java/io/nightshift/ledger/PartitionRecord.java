package io.nightshift.ledger;

/**
 * A partition of a run's frozen plan.
 *
 * @param number from 0, in plan order
 * @param chunks how many chunks it has
 * @param rows how many rows it has
 * @param description the partition as its source wrote it, JSON
 */
public record PartitionRecord(int number, int chunks, long rows, String description) {}
