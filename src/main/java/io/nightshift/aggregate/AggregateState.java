package io.nightshift.aggregate;

import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.List;

/**
 * What the aggregates know of the rows of one partition, or of several merged ones. For one thread at a time.
 * Grows with the number of groups, not of rows.
 */
public final class AggregateState {

    private final Aggregation aggregation;
    private final List<GroupedMeasures> aggregates;
    private final long mostBytes;
    private final BatchValues values = new BatchValues();

    AggregateState(Aggregation aggregation, List<GroupedMeasures> aggregates, long mostBytes) {
        this.aggregation = aggregation;
        this.aggregates = aggregates;
        this.mostBytes = mostBytes;
    }

    /**
     * Adds a batch's predicted rows.
     *
     * @throws NightshiftException LIMIT_EXCEEDED for more groups or memory than allowed; the state is of no use then
     */
    public void add(ScoredBatch batch) {
        if (batch.predicted() == 0) {
            return;
        }
        for (GroupedMeasures aggregate : aggregates) {
            aggregate.add(batch, values);
            checkBytes(aggregate);
        }
    }

    /**
     * Adds the rows of another state of the same aggregates, which stays as it is. Merge partitions in their order.
     *
     * @throws NightshiftException LIMIT_EXCEEDED as in {@link #add}
     */
    public void merge(AggregateState other) {
        if (other == this || !aggregation.compatible(other.aggregation)) {
            throw new IllegalArgumentException("only another state of the same aggregates can be merged");
        }
        for (int i = 0; i < aggregates.size(); i++) {
            aggregates.get(i).merge(other.aggregates.get(i));
            checkBytes(aggregates.get(i));
        }
    }

    /** The state in a versioned, checksummed form for {@link Aggregation#fromBytes}; the state can go on. */
    public byte[] toBytes() {
        return aggregation.toBytes(this);
    }

    /**
     * One table per aggregate, in the order of their definition. Without {@code group_by} a table has exactly one row,
     * even for no rows at all. The state can go on.
     *
     * @throws NightshiftException LIMIT_EXCEEDED where a sum outgrows its type
     */
    public List<AggregateTable> results() {
        return aggregates.stream().map(GroupedMeasures::result).toList();
    }

    void write(StateWriter out) {
        aggregates.forEach(aggregate -> aggregate.write(out));
    }

    void read(StateReader in) {
        aggregates.forEach(aggregate -> aggregate.read(in));
    }

    private void checkBytes(GroupedMeasures aggregate) {
        if (aggregate.bytes() > mostBytes) {
            throw new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    "aggregate '" + aggregate.name() + "' needs more than " + (mostBytes >> 20)
                            + " MiB for its groups; group by columns with fewer or shorter values, or ask for quantiles and distinct"
                            + " counts of fewer columns. The run's results are not published");
        }
    }
}
