package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import io.nightshift.job.Condition.Operator;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.job.JobDefinition.SourceDefinition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How {@code source:} is written. */
final class SourceFormat {

    private static final Key<String> COLUMN = Key.required("column", Formats.text(), "Input column.");
    private static final Map<Operator, Key<List<String>>> OPERATORS = operators();

    private static final Key<String> PATH = Key.required(
            "path",
            Formats.text(),
            "A Parquet file, a folder or a glob, with or without a scheme (`file:`, `hdfs:`, `s3a:`); a path without one"
                    + " starts at the working directory. May hold expressions.");
    private static final Key<List<List<Condition>>> WHERE = Key.optional(
            "where",
            Formats.list(condition(), 0),
            List.of(),
            "every row",
            "Conditions that all must hold, pushed down to row groups and pages; a row without a value meets none.");

    private static final Key<ParquetSource> PARQUET = Key.required(
            "parquet",
            MappingFormat.of("a Parquet source", List.of(PATH, WHERE), SourceFormat::bindParquet),
            "A Parquet data set.");

    static final MappingFormat<SourceDefinition> FORMAT =
            MappingFormat.of("a source", List.of(PARQUET), keys -> new SourceDefinition(keys.get(PARQUET)));

    private SourceFormat() {}

    private static ParquetSource bindParquet(BoundMapping keys) {
        return new ParquetSource(
                keys.get(PATH), keys.get(WHERE).stream().flatMap(List::stream).toList());
    }

    private static Map<Operator, Key<List<String>>> operators() {
        Map<Operator, Key<List<String>>> keys = new EnumMap<>(Operator.class);
        for (Operator operator : Operator.values()) {
            ValueFormat<List<String>> format = operator == Operator.IN
                    ? Formats.list(Formats.text(), 1)
                    : Formats.text().as(List::of);
            keys.put(operator, Key.optional(operator.name().toLowerCase(Locale.ROOT), format, description(operator)));
        }
        return keys;
    }

    private static String description(Operator operator) {
        String rest = ", read as the column's type. May hold expressions.";
        return switch (operator) {
            case FROM -> "At or above this value" + rest;
            case AFTER -> "Above this value" + rest;
            case TO -> "At or below this value" + rest;
            case BEFORE -> "Below this value" + rest;
            case EQUALS -> "This value" + rest;
            case IN -> "One of these values" + rest;
        };
    }

    private static ValueFormat<List<Condition>> condition() {
        List<Key<?>> keys = new ArrayList<>(List.of(COLUMN));
        keys.addAll(OPERATORS.values());
        return MappingFormat.<List<Condition>>of("a condition", keys, SourceFormat::bindCondition)
                .atLeastOneOf(List.copyOf(OPERATORS.values()));
    }

    private static List<Condition> bindCondition(BoundMapping keys) {
        List<Condition> conditions = new ArrayList<>();
        OPERATORS.forEach((operator, key) -> {
            List<String> operands = keys.find(key);
            if (operands != null) {
                conditions.add(new Condition(keys.get(COLUMN), operator, operands));
            }
        });
        List<Operator> used = conditions.stream().map(Condition::operator).toList();
        refuseTogether(keys, used, Set.of(Operator.FROM, Operator.AFTER), "from and after");
        refuseTogether(keys, used, Set.of(Operator.TO, Operator.BEFORE), "to and before");
        if (used.size() > 1 && (used.contains(Operator.EQUALS) || used.contains(Operator.IN))) {
            keys.problem("equals and in stand alone; no other condition goes with them");
        }
        return conditions;
    }

    private static void refuseTogether(BoundMapping keys, List<Operator> used, Set<Operator> pair, String words) {
        if (used.containsAll(pair)) {
            keys.problem(words + " exclude each other; keep one of them");
        }
    }
}
