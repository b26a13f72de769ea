package io.nightshift.aggregate;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A measure that fits its column.
 *
 * @param aggregate the aggregate's name
 * @param type of the column; INT64 for a count of rows
 */
record MeasurePlan(String aggregate, Measure measure, ColumnType type) {

    private static final int WIDEST_DECIMAL = 38;

    Function function() {
        return measure.function();
    }

    @Nullable
    String column() {
        return measure.column();
    }

    String describe() {
        return "aggregate '" + aggregate + "': measure '" + measure.name() + "'";
    }

    /** Whether a function can take a column of a type. */
    static boolean takes(Function function, ColumnType type) {
        return switch (function) {
            case COUNT, DISTINCT, MIN, MAX -> true;
            case SUM, MEAN -> type.numeric() || type.kind() == Kind.BOOLEAN;
            case STDDEV, SHARE_ABOVE, HISTOGRAM -> type.numeric();
            case QUANTILE -> type.layout() != ColumnType.Layout.BYTES && type.kind() != Kind.BOOLEAN;
        };
    }

    /** The types a function takes, in words. */
    static String allowed(Function function) {
        return switch (function) {
            case COUNT, DISTINCT, MIN, MAX -> "a column of any type";
            case SUM, MEAN -> "a numeric or boolean column";
            case STDDEV, SHARE_ABOVE, HISTOGRAM -> "a numeric column";
            case QUANTILE -> "a numeric (decimals of up to 18 digits), date, time or timestamp column";
        };
    }

    /** The type of the result's column, or columns. */
    ColumnType resultType() {
        return switch (function()) {
            case COUNT, DISTINCT, HISTOGRAM -> ColumnType.of(Kind.INT64);
            case SUM -> sumType();
            case MEAN, STDDEV, SHARE_ABOVE -> ColumnType.of(Kind.FLOAT64);
            case MIN, MAX, QUANTILE -> type;
        };
    }

    /** Wide enough that only a sum of decimals can outgrow it. */
    private ColumnType sumType() {
        return switch (type.kind()) {
            case FLOAT32, FLOAT64 -> ColumnType.of(Kind.FLOAT64);
            case INT64, UINT64, DECIMAL -> ColumnType.decimal(WIDEST_DECIMAL, type.scale());
            default -> ColumnType.of(Kind.INT64);
        };
    }

    List<Field> resultFields() {
        if (function() != Function.HISTOGRAM) {
            boolean never = function() == Function.COUNT || function() == Function.DISTINCT;
            return List.of(new Field(measure.name(), resultType(), !never));
        }
        List<Field> buckets = new ArrayList<>();
        for (int bucket = 0; bucket <= measure.buckets().size(); bucket++) {
            buckets.add(new Field(measure.name() + "_" + bucket, resultType(), false));
        }
        return buckets;
    }

    /**
     * What a measure is computed from. Measures of one aggregate with the same share it.
     *
     * @param function the function, or one that stands for all those with the same basis
     * @param at null where the same basis answers any
     */
    record Basis(
            @Nullable String column,
            Function function,
            @Nullable Double at,
            List<Double> buckets) {}

    Basis basis() {
        return switch (function()) {
            case SUM, MEAN, STDDEV -> new Basis(column(), Function.STDDEV, null, List.of());
            case QUANTILE -> new Basis(column(), Function.QUANTILE, null, List.of());
            case COUNT, DISTINCT, MIN, MAX, SHARE_ABOVE, HISTOGRAM ->
                new Basis(column(), function(), measure.at(), measure.buckets());
        };
    }

    /** One for all of some measures, which have the same basis. */
    static Accumulator newAccumulator(List<MeasurePlan> measures) {
        MeasurePlan first = measures.get(0);
        return switch (first.function()) {
            case COUNT -> new CountAccumulator();
            case SUM, MEAN, STDDEV ->
                new MomentAccumulator(
                        first.type(), measures.stream().anyMatch(measure -> measure.function() == Function.STDDEV));
            case MIN, MAX ->
                first.type().layout() == ColumnType.Layout.BYTES
                        ? new BytesExtremeAccumulator(first)
                        : new ExtremeAccumulator(first);
            case QUANTILE -> new QuantileAccumulator(first.type());
            case DISTINCT -> new DistinctAccumulator(first.type());
            case SHARE_ABOVE, HISTOGRAM -> new BucketAccumulator(first);
        };
    }
}
