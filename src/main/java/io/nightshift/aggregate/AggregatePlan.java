package io.nightshift.aggregate;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.Suggestion;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.AggregateDefinition.Function;
import io.nightshift.job.AggregateDefinition.Measure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One aggregate whose columns exist and fit. */
record AggregatePlan(String name, List<Field> groupBy, List<MeasurePlan> measures, Schema schema) {

    /** Collects what is wrong with a definition, and plans it where nothing is. */
    static final class Check {

        private final Schema input;
        private final Schema outputs;
        private final List<String> problems;
        private final List<String> columns;

        Check(Schema input, Schema outputs, List<String> problems) {
            this.input = input;
            this.outputs = outputs;
            this.problems = problems;
            this.columns = new ArrayList<>(outputs.names());
            input.names().stream().filter(name -> !columns.contains(name)).forEach(columns::add);
        }

        @Nullable
        AggregatePlan plan(AggregateDefinition definition) {
            int before = problems.size();
            String where = "aggregate '" + definition.name() + "': ";
            List<Field> groupBy = new ArrayList<>();
            for (String name : definition.groupBy()) {
                Field field = field(where + "group_by column", name);
                if (field != null) {
                    groupBy.add(new Field(name, field.type(), true));
                }
            }
            List<MeasurePlan> measures = new ArrayList<>();
            for (Measure measure : definition.measures()) {
                MeasurePlan plan = plan(definition.name(), where, measure);
                if (plan != null) {
                    measures.add(plan);
                }
            }
            List<Field> fields = new ArrayList<>(groupBy);
            measures.forEach(measure -> fields.addAll(measure.resultFields()));
            checkNames(where, fields);
            return problems.size() > before
                    ? null
                    : new AggregatePlan(
                            definition.name(), List.copyOf(groupBy), List.copyOf(measures), new Schema(fields));
        }

        private @Nullable MeasurePlan plan(String aggregate, String where, Measure measure) {
            String place = where + "measure '" + measure.name() + "': ";
            Function function = measure.function();
            checkArguments(place, measure);
            String column = measure.column();
            if (column == null) {
                if (function == Function.COUNT) {
                    return new MeasurePlan(aggregate, measure, ColumnType.of(ColumnType.Kind.INT64));
                }
                problems.add(place + name(function) + " needs " + MeasurePlan.allowed(function));
                return null;
            }
            Field field = field(place + "column", column);
            if (field == null) {
                return null;
            }
            if (!MeasurePlan.takes(function, field.type())) {
                problems.add(place + "column '" + column + "' is " + field.type() + ", but " + name(function)
                        + " needs " + MeasurePlan.allowed(function));
                return null;
            }
            return new MeasurePlan(aggregate, measure, field.type());
        }

        private void checkArguments(String place, Measure measure) {
            Double at = measure.at();
            switch (measure.function()) {
                case QUANTILE -> {
                    if (at == null || !(at >= 0 && at <= 1)) {
                        problems.add(place + "quantile is at " + at + ", allowed is 0 to 1");
                    }
                }
                case SHARE_ABOVE -> {
                    if (at == null || !Double.isFinite(at)) {
                        problems.add(place + "share_above is at " + at + ", allowed is any finite number");
                    }
                }
                case HISTOGRAM -> {
                    if (!ascending(measure.buckets())) {
                        problems.add(place + "the buckets are " + measure.buckets()
                                + ", allowed are one or more finite boundaries, each greater than the one before");
                    }
                }
                case COUNT, SUM, MEAN, MIN, MAX, STDDEV, DISTINCT -> {}
            }
        }

        private static boolean ascending(List<Double> bounds) {
            boolean ascending = !bounds.isEmpty() && bounds.stream().allMatch(Double::isFinite);
            for (int i = 1; i < bounds.size(); i++) {
                ascending &= bounds.get(i - 1) < bounds.get(i);
            }
            return ascending;
        }

        private void checkNames(String where, List<Field> fields) {
            Set<String> seen = new HashSet<>();
            for (Field field : fields) {
                if (!seen.add(field.name())) {
                    problems.add(where + "two columns of the result are named '" + field.name()
                            + "'; every group_by column, measure and histogram bucket needs its own name");
                }
            }
        }

        /** The column as {@link io.nightshift.data.ScoredBatch#column} finds it: outputs before inputs. */
        private @Nullable Field field(String what, String name) {
            Schema schema = outputs.contains(name) ? outputs : input;
            if (schema.contains(name)) {
                return schema.field(schema.require(name));
            }
            problems.add(what + " '" + name + "' is neither an output nor an input column"
                    + Suggestion.suffix(name, columns) + " Allowed are " + columns);
            return null;
        }

        private static String name(Function function) {
            return function.name().toLowerCase(Locale.ROOT);
        }
    }
}
