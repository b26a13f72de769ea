package io.nightshift.read;

import java.util.List;

/**
 * A fixed part of one file, read in order by one worker. A value that survives JSON.
 *
 * @param number from 0, in the order of files and row groups
 * @param path the file
 * @param ranges at least one; rows of the partition are numbered from 0 through all of them
 */
public record Partition(int number, String path, List<RowRange> ranges) {

    public Partition {
        ranges = List.copyOf(ranges);
    }

    /**
     * Rows of one row group.
     *
     * @param firstRow in the row group
     */
    public record RowRange(int rowGroup, int firstRow, int rows) {}

    /** Rows to read, before any filter. */
    public long rows() {
        return ranges.stream().mapToLong(RowRange::rows).sum();
    }
}
