package io.nightshift.read;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.nightshift.jdbc.KeyRange;
import java.util.List;

/**
 * A fixed part of the input, read in order by one worker. Its rows are numbered from 0. A value that survives JSON, where
 * its components say which kind it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Partition.OfFile.class), @JsonSubTypes.Type(Partition.OfTable.class)})
public sealed interface Partition {

    /** From 0, in the order of the input. */
    int number();

    /** The lengths of its runs of rows; no batch reaches from one into the next. */
    List<Long> runs();

    /** Rows to read, before any filter. */
    default long rows() {
        return runs().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * A part of one file.
     *
     * @param path the file
     * @param ranges at least one; rows of the partition are numbered through all of them
     */
    record OfFile(int number, String path, List<RowRange> ranges) implements Partition {

        public OfFile {
            ranges = List.copyOf(ranges);
        }

        @Override
        public List<Long> runs() {
            return ranges.stream().map(range -> (long) range.rows()).toList();
        }
    }

    /**
     * Rows of one row group.
     *
     * @param firstRow in the row group
     */
    record RowRange(int rowGroup, int firstRow, int rows) {}

    /**
     * A range of keys of a table or query.
     *
     * @param keys with the rows it held when it was planned; at least one
     */
    record OfTable(int number, KeyRange keys) implements Partition {

        @Override
        public List<Long> runs() {
            return List.of(keys.rows());
        }
    }
}
