package io.nightshift.read;

import java.util.Map;
import java.util.TreeMap;

/** Disjoint ranges of rows that need not be read. */
final class ExcludedRows {

    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long from, long to) {
        long start = from;
        long end = to;
        Map.Entry<Long, Long> touching = ranges.floorEntry(end);
        while (touching != null && touching.getValue() >= start) {
            start = Math.min(start, touching.getKey());
            end = Math.max(end, touching.getValue());
            ranges.remove(touching.getKey());
            touching = ranges.floorEntry(end);
        }
        ranges.put(start, end);
    }

    /** The end of the excluded range that holds a row, or the row itself where it is not excluded. */
    long endOfExcluded(long row) {
        Map.Entry<Long, Long> range = ranges.floorEntry(row);
        return range == null ? row : Math.max(row, range.getValue());
    }

    /** The first excluded row at or after a row, or {@code Long.MAX_VALUE}. */
    long nextExcluded(long row) {
        if (endOfExcluded(row) > row) {
            return row;
        }
        Long next = ranges.ceilingKey(row);
        return next == null ? Long.MAX_VALUE : next;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }
}
