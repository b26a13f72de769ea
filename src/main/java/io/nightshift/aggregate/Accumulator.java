package io.nightshift.aggregate;

import io.nightshift.data.Column;
import java.util.List;

/**
 * What one measure of all groups of one partition needs, or several with the same {@linkplain MeasurePlan#basis() basis}. Grows with
 * the groups, takes a batch's values in one tight loop, and is owned by its state.
 */
abstract class Accumulator {

    /** Makes room for groups up to {@code size - 1}; called before every add, merge and result. */
    abstract void resize(int size);

    abstract void add(BatchValues values);

    /** @param mapping the group here of each group of the other, which is of the same class and measures */
    abstract void merge(Accumulator other, int[] mapping);

    abstract void write(StateWriter out, int size);

    /** Fills a new accumulator. */
    abstract void read(StateReader in, int size);

    /**
     * A measure's columns, row {@code i} for group {@code order[i]}.
     *
     * @param measure one of those that it is for
     */
    abstract List<Column> results(MeasurePlan measure, int[] order);

    /** About how many bytes of memory it holds. */
    abstract long bytes();
}
