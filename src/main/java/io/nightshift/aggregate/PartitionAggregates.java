package io.nightshift.aggregate;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The aggregates of a run's partitions on their way to one state. Whoever commits a partition {@linkplain #add adds} what was committed.
 * The partitions are halved, and the halves, down to single ones; as soon as both halves of something are there, whoever brought the second
 * merges them; partitions that nobody added are {@linkplain #whole read} at the end. What is merged with what depends on the number of
 * partitions alone, and so the result's bits depend neither on who was first nor on what was read.
 *
 * <p>Holds, of partitions committed in about their order, as many states as partitions are open, and one for each halving. Partitions may be
 * added by several threads at once, and all before the whole is asked for.
 */
public final class PartitionAggregates {

    private final Aggregation aggregation;
    private final int partitions;
    /** States whose neighbours are not there yet. */
    private final Map<Range, AggregateState> waiting = new HashMap<>();

    public PartitionAggregates(Aggregation aggregation, int partitions) {
        this.aggregation = aggregation;
        this.partitions = partitions;
    }

    /** Partitions from one on, to before another one. */
    private record Range(int from, int to) {

        boolean single() {
            return to - from == 1;
        }

        int middle() {
            return from + (to - from) / 2;
        }

        Range left() {
            return new Range(from, middle());
        }

        Range right() {
            return new Range(middle(), to);
        }
    }

    /**
     * Adds a partition, once.
     *
     * @param stored what {@link AggregateState#toBytes} made of the state of all its rows
     * @throws io.nightshift.failure.NightshiftException LIMIT_EXCEEDED as {@link AggregateState#merge}; this is of no use then
     */
    public void add(int partition, byte[] stored) {
        Range all = new Range(0, partitions);
        AggregateState complete = add(all, partition, stored);
        if (complete != null) {
            keep(all, complete);
        }
    }

    /** @return the state of the whole range, where this partition completes it */
    private @Nullable AggregateState add(Range range, int partition, byte[] stored) {
        if (range.single()) {
            return aggregation.fromBytes(stored);
        }
        boolean left = partition < range.middle();
        Range half = left ? range.left() : range.right();
        AggregateState state = add(half, partition, stored);
        AggregateState other = state == null ? null : neighbour(left ? range.right() : range.left(), half, state);
        if (state == null || other == null) {
            return null;
        }
        return left ? merged(state, other) : merged(other, state);
    }

    /** The state of a range's neighbour; null where it is not there, and the range's own waits for it. */
    private synchronized @Nullable AggregateState neighbour(Range neighbour, Range range, AggregateState state) {
        AggregateState other = waiting.remove(neighbour);
        if (other == null) {
            waiting.put(range, state);
        }
        return other;
    }

    private static AggregateState merged(AggregateState left, AggregateState right) {
        left.merge(right);
        return left;
    }

    private synchronized void keep(Range range, AggregateState state) {
        waiting.put(range, state);
    }

    private synchronized @Nullable AggregateState take(Range range) {
        return waiting.remove(range);
    }

    /**
     * The state of all partitions. Asked for again, it reads all of them.
     *
     * @param stored what {@link AggregateState#toBytes} made of the state of a partition that was not added; empty where it has no rows.
     *     Called by this thread, for one partition after the other
     * @throws io.nightshift.failure.NightshiftException as {@link Aggregation#fromBytes}, and LIMIT_EXCEEDED
     */
    public AggregateState whole(IntFunction<Optional<byte[]>> stored) {
        return partitions == 0 ? aggregation.newState() : whole(new Range(0, partitions), stored);
    }

    private AggregateState whole(Range range, IntFunction<Optional<byte[]>> stored) {
        AggregateState there = take(range);
        if (there != null) {
            return there;
        }
        if (range.single()) {
            return stored.apply(range.from()).map(aggregation::fromBytes).orElseGet(aggregation::newState);
        }
        AggregateState left = whole(range.left(), stored);
        return merged(left, whole(range.right(), stored));
    }
}
