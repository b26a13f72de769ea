package io.nightshift.read;

import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.job.Condition;
import io.nightshift.parquet.ColumnBounds;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.RowGroupReader;
import java.util.ArrayList;
import java.util.List;

/** All conditions of a source, which a row meets together. For one thread. */
final class RowFilter {

    private record Test(int column, Field field, Predicate predicate) {}

    private final List<Test> tests = new ArrayList<>();

    /** @throws io.nightshift.failure.NightshiftException PARAMETER_INVALID where an operand is not of its column's type */
    RowFilter(List<Condition> conditions, Schema schema) {
        for (Condition condition : conditions) {
            int column = schema.require(condition.column());
            Field field = schema.field(column);
            tests.add(new Test(column, field, Predicate.of(condition, field)));
        }
    }

    boolean isEmpty() {
        return tests.isEmpty();
    }

    /** Whether the footer's statistics say that no row of a row group meets the conditions. */
    boolean excludes(ParquetFile file, int rowGroup) {
        return tests.stream().anyMatch(test -> excludes(test, file.bounds(rowGroup, test.field())));
    }

    /** The rows of a row group that its page index excludes. */
    ExcludedRows excludedRows(RowGroupReader reader, int rowGroup) {
        ExcludedRows excluded = new ExcludedRows();
        for (Test test : tests) {
            for (ColumnBounds page : reader.pages(rowGroup, test.field())) {
                if (excludes(test, page)) {
                    excluded.add(page.firstRow(), page.firstRow() + page.rows());
                }
            }
        }
        return excluded;
    }

    /** Keeps the rows that meet all conditions, and returns how many those are. */
    int select(RecordBatch batch, int[] rows, int count) {
        int kept = count;
        for (Test test : tests) {
            kept = test.predicate().select(batch.column(test.column()), rows, kept);
        }
        return kept;
    }

    private static boolean excludes(Test test, ColumnBounds bounds) {
        return bounds.onlyNulls() || (bounds.range() != null && test.predicate().excludes(bounds.range()));
    }
}
