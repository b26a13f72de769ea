package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How {@code aggregates:} is written. */
final class AggregateFormat {

    /** Suffixes of tables and views that every result table has. */
    private static final Set<String> TAKEN_NAMES = Set.of("rejects", "current", "rejects_current");

    private static final String CURRENT = "_current";

    private static final Key<Double> AT =
            Key.optional("at", Formats.decimal(0, 1), "Rank of a `quantile`: 0.95 for the 95th percentile.");
    private static final Key<Double> THRESHOLD =
            Key.optional("threshold", Formats.decimal(), "What `share_above` compares with.");
    private static final Key<List<Double>> BUCKETS =
            Key.optional("buckets", Formats.list(Formats.decimal(), 1), "Ascending inner boundaries of a `histogram`.");

    private static final Map<Function, Key<String>> FUNCTIONS = functions();

    private static final Key<String> NAME = Key.required(
            "name", ResultNames.identifier(), "Suffix of the aggregate's table: `<table>_<name>`; unique in the job.");
    private static final Key<List<String>> GROUP_BY = Key.optional(
            "group_by",
            Formats.list(Formats.text(), 0),
            List.of(),
            "",
            "Input or output columns, one result row for each combination of values; none for one row over everything.");
    private static final Key<Map<String, Measure>> MEASURES = Key.required(
            "measures",
            Formats.mapOf(ResultNames.IDENTIFIER, ResultNames.EXPECTED, measure())
                    .as(AggregateFormat::named),
            "Columns of the aggregate, each with one function of one column.");

    static final MappingFormat<AggregateDefinition> FORMAT =
            MappingFormat.of("an aggregate", List.of(NAME, GROUP_BY, MEASURES), AggregateFormat::bind);

    private AggregateFormat() {}

    private static AggregateDefinition bind(BoundMapping keys) {
        String name = keys.get(NAME);
        if (TAKEN_NAMES.contains(name) || name.endsWith(CURRENT)) {
            keys.problem(NAME, "'" + name + "' is taken: the result table has its own table or view of that name");
        }
        List<String> groupBy = keys.get(GROUP_BY);
        Set<String> columns = new HashSet<>();
        for (String column : groupBy) {
            if (!columns.add(column)) {
                keys.problem(GROUP_BY, "the column '" + column + "' is there twice");
            }
        }
        Map<String, Measure> measures = keys.get(MEASURES);
        if (measures.isEmpty()) {
            keys.problem(MEASURES, "an aggregate needs at least one measure");
        }
        for (String measure : measures.keySet()) {
            if (!columns.add(measure) || measure.equals(ResultNames.RUN_ID)) {
                keys.problem(MEASURES, "the name '" + measure + "' is taken by a column of the aggregate");
            }
        }
        return new AggregateDefinition(name, groupBy, List.copyOf(measures.values()));
    }

    private static Map<String, Measure> named(Map<String, Measure> measures) {
        Map<String, Measure> named = new LinkedHashMap<>();
        measures.forEach((name, measure) -> named.put(
                name, new Measure(name, measure.function(), measure.column(), measure.at(), measure.buckets())));
        return named;
    }

    private static Map<Function, Key<String>> functions() {
        Map<Function, Key<String>> functions = new EnumMap<>(Function.class);
        for (Function function : Function.values()) {
            functions.put(function, Key.optional(word(function), Formats.text(), description(function)));
        }
        return functions;
    }

    private static ValueFormat<Measure> measure() {
        List<Key<?>> keys = new ArrayList<>(FUNCTIONS.values());
        keys.addAll(List.of(AT, THRESHOLD, BUCKETS));
        return MappingFormat.<Measure>of("a measure", keys, AggregateFormat::bindMeasure)
                .exactlyOneOf(List.copyOf(FUNCTIONS.values()));
    }

    private static String word(Function function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    private static String description(Function function) {
        return switch (function) {
            case COUNT -> "Rows (`\"*\"`), or rows with a value in the column; exact.";
            case SUM -> "Sum of the column's values; exact, or exactly rounded for floating point.";
            case MEAN -> "Mean of the column's values.";
            case MIN -> "Least value of the column.";
            case MAX -> "Largest value of the column.";
            case STDDEV -> "Sample standard deviation of the column's values.";
            case QUANTILE -> "Value at the rank `at`, approximate (KLL sketch).";
            case DISTINCT -> "Number of distinct values, approximate.";
            case SHARE_ABOVE -> "Share of the column's values above `threshold`, exact.";
            case HISTOGRAM -> "Counts of the column's values between `buckets`, exact.";
        };
    }

    private static Measure bindMeasure(BoundMapping keys) {
        var chosen = FUNCTIONS.entrySet().stream()
                .filter(entry -> keys.has(entry.getValue()))
                .findFirst()
                .orElseThrow();
        Function function = chosen.getKey();
        String column = keys.get(chosen.getValue());
        requireOnlyWith(keys, AT, function, Function.QUANTILE);
        requireOnlyWith(keys, THRESHOLD, function, Function.SHARE_ABOVE);
        requireOnlyWith(keys, BUCKETS, function, Function.HISTOGRAM);
        List<Double> buckets = keys.has(BUCKETS) ? keys.get(BUCKETS) : List.of();
        for (int i = 1; i < buckets.size(); i++) {
            if (buckets.get(i) <= buckets.get(i - 1)) {
                keys.problem(BUCKETS, buckets.get(i) + " after " + buckets.get(i - 1) + "; boundaries must ascend");
            }
        }
        boolean rows = column.equals("*");
        if (rows && function != Function.COUNT) {
            keys.problem(chosen.getValue(), "\"*\" stands for rows and only count counts them; name a column");
        }
        Double at = function == Function.QUANTILE ? keys.find(AT) : keys.find(THRESHOLD);
        return new Measure("", function, rows ? null : column, at, buckets);
    }

    private static void requireOnlyWith(BoundMapping keys, Key<?> argument, Function function, Function owner) {
        if (function == owner && !keys.has(argument)) {
            keys.problem("the key '" + argument.name() + "' is missing: " + word(owner) + " needs "
                    + argument.format().expected());
        } else if (function != owner && keys.has(argument)) {
            keys.problem(argument, "only " + word(owner) + " takes the key '" + argument.name() + "'");
        }
    }
}
