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

    Accumulator newAccumulator() {
        return switch (function()) {
            case COUNT -> new CountAccumulator();
            case SUM, MEAN, STDDEV -> new MomentAccumulator(this);
            case MIN, MAX ->
                type.layout() == ColumnType.Layout.BYTES
                        ? new BytesExtremeAccumulator(this)
                        : new ExtremeAccumulator(this);
            case QUANTILE -> new QuantileAccumulator(this);
            case DISTINCT -> new DistinctAccumulator(this);
            case SHARE_ABOVE, HISTOGRAM -> new BucketAccumulator(this);
        };
    }
}
