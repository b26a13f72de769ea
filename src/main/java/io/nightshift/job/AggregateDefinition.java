package io.nightshift.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Summaries of the predicted rows, one result row per group.
 *
 * @param name suffix of the aggregate's table
 * @param groupBy input or output columns; none for one row over everything
 */
public record AggregateDefinition(String name, List<String> groupBy, List<Measure> measures) {

    public AggregateDefinition {
        groupBy = List.copyOf(groupBy);
        measures = List.copyOf(measures);
    }

    /**
     * One column of the aggregate.
     *
     * @param name its name in the result
     * @param function what is computed
     * @param column the input or output column; null for a count of rows
     * @param at the rank of a QUANTILE (0 to 1), or the threshold of SHARE_ABOVE; null for the other functions
     * @param buckets ascending inner boundaries of a HISTOGRAM; empty for the other functions
     */
    public record Measure(
            String name,
            Function function,
            @Nullable String column,
            @Nullable Double at,
            List<Double> buckets) {

        public Measure {
            buckets = List.copyOf(buckets);
        }
    }

    /** In definition files: the lower case names. Nulls are left out of every function but COUNT of rows. */
    public enum Function {
        /** Rows ({@code "*"}), or rows with a value in the column; exact. */
        COUNT,
        /** Exact for integers and decimals, exactly rounded whatever the order for floating point. */
        SUM,
        MEAN,
        MIN,
        MAX,
        /** Sample standard deviation. */
        STDDEV,
        /** Approximate, by a KLL sketch. */
        QUANTILE,
        /** Approximate number of distinct values. */
        DISTINCT,
        /** Exact share of the values above {@code at}. */
        SHARE_ABOVE,
        /** Exact counts of the values between the boundaries. */
        HISTOGRAM
    }
}
