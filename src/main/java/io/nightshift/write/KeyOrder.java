package io.nightshift.write;

import io.nightshift.data.Column;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether a partition's keys rise strictly, which proves them unique at the cost of one comparison a row. Only
 * a single integer key is watched; for any other nothing is proved. For one worker.
 */
public final class KeyOrder {

    private final int column;
    private boolean rising;
    private boolean any;
    private long first;
    private long last;

    KeyOrder(Schema schema, List<String> key) {
        this.column = schema.require(key.get(0));
        this.rising = key.size() == 1 && integer(schema.field(column).type().newColumn(0));
    }

    private static boolean integer(Column column) {
        return column instanceof IntColumn || column instanceof LongColumn;
    }

    void add(RecordBatch batch) {
        if (!rising || batch.rows() == 0) {
            return;
        }
        if (batch.column(column) instanceof LongColumn longs) {
            add(longs.values(), batch.rows());
        } else if (batch.column(column) instanceof IntColumn ints) {
            for (int row = 0; row < batch.rows() && rising; row++) {
                next(ints.values()[row]);
            }
        }
    }

    private void add(long[] values, int rows) {
        for (int row = 0; row < rows && rising; row++) {
            next(values[row]);
        }
    }

    private void next(long value) {
        if (!any) {
            any = true;
            first = value;
        } else if (value <= last) {
            rising = false;
        }
        last = value;
    }

    /** The range of the keys, empty for no rows; null where they did not rise strictly. */
    @Nullable
    Range range() {
        return rising ? new Range(first, last, !any) : null;
    }

    /** First and last key of a partition whose keys rise strictly. */
    public record Range(long first, long last, boolean empty) {}

    /** Whether the ranges prove that no key occurs in two partitions: all are known and none overlap. */
    public static boolean disjoint(List<? extends @Nullable Range> ranges) {
        if (ranges.stream().anyMatch(range -> range == null)) {
            return false;
        }
        List<? extends @Nullable Range> sorted = ranges.stream()
                .filter(range -> range != null && !range.empty())
                .sorted(Comparator.comparingLong(range -> range == null ? 0 : range.first()))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Range before = sorted.get(i - 1);
            Range after = sorted.get(i);
            if (before != null && after != null && after.first() <= before.last()) {
                return false;
            }
        }
        return true;
    }
}
