package io.nightshift.parquet;

import io.nightshift.data.Column;
import org.jspecify.annotations.Nullable;

/**
 * What a file's statistics say about one column in a range of rows of one row group. Immutable.
 *
 * @param firstRow in the row group
 * @param onlyNulls whether no row has a value
 * @param range a column of two rows, no value being below the first or above the second; null where that is not known. Of
 *     floating point values NaN is outside of the range
 */
public record ColumnBounds(
        long firstRow,
        long rows,
        boolean onlyNulls,
        @Nullable Column range) {}
