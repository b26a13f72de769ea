package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import io.nightshift.job.Condition.Operator;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.job.JobDefinition.SourceDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** How {@code source:} is written. */
final class SourceFormat {

    private static final String NAME = "(?:[^.\"\\s]{1,128}|\"(?:[^\"]|\"\"){1,128}\")";
    private static final Pattern TABLE_NAME = Pattern.compile(NAME + "(?:\\." + NAME + ")?");

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

    private static final Key<ParquetSource> PARQUET = Key.optional(
            "parquet",
            MappingFormat.of("a Parquet source", List.of(PATH, WHERE), SourceFormat::bindParquet),
            "A Parquet data set.");

    private static final Key<String> DATABASE =
            Key.required("database", Formats.text(), "The name of a database in the configuration.");
    private static final Key<String> TABLE = Key.optional(
            "table",
            Formats.text(
                    TABLE_NAME, "a table's name, alone or as schema.name; one with dots or spaces in double quotes"),
            "A table or view, as `name` or `schema.name`: exactly so, or else in any case where one way fits. A part in double"
                    + " quotes, which may have dots and spaces, is exactly so.");
    private static final Key<SqlText> QUERY = Key.optional(
            "query",
            Formats.text().as(SqlText::parse),
            "One query, in place of a table; `:name` stands for a parameter.");
    private static final Key<List<String>> PARTITION_BY = Key.optional(
            "partition_by",
            Formats.oneOrMore(Formats.text()),
            List.of(),
            "a table's primary key; without one, and for a query, one reader reads in the order of the job's `key`",
            "Columns by whose values the rows are divided among the workers: an index should begin with them.");
    private static final Key<SqlText> SQL_WHERE = Key.optional(
            "where",
            Formats.text().as(SqlText::parse),
            "A condition in the database's SQL that every row must meet; `:name` stands for a parameter, bound by its type.");
    private static final Key<TableSource> JDBC = Key.optional(
            "jdbc",
            MappingFormat.of(
                            "a database source",
                            List.of(DATABASE, TABLE, QUERY, PARTITION_BY, SQL_WHERE),
                            SourceFormat::bindTable)
                    .exactlyOneOf(List.of(TABLE, QUERY)),
            "A table or query of a named database.");

    static final MappingFormat<SourceDefinition> FORMAT = MappingFormat.of(
                    "a source", List.of(PARQUET, JDBC), SourceFormat::bind)
            .exactlyOneOf(List.of(PARQUET, JDBC));

    private SourceFormat() {}

    private static SourceDefinition bind(BoundMapping keys) {
        ParquetSource parquet = keys.find(PARQUET);
        return parquet == null ? keys.get(JDBC) : parquet;
    }

    private static TableSource bindTable(BoundMapping keys) {
        List<String> columns = keys.get(PARTITION_BY);
        if (columns.stream().distinct().count() < columns.size()) {
            keys.problem(PARTITION_BY, "a column is named twice");
        }
        return new TableSource(keys.get(DATABASE), keys.find(TABLE), keys.find(QUERY), columns, keys.find(SQL_WHERE));
    }

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
