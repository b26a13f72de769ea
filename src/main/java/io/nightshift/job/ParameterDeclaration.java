package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Node;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that a job takes at launch. Immutable.
 *
 * @param defaultText value where none is given, possibly with {@code ${logical_date}}; null where one must be given
 * @param allowed the only values; empty for any
 * @param pattern what a string must match as a whole, or null
 * @param min least value of a number, date or timestamp, or null
 * @param max largest value of a number, date or timestamp, or null
 */
public record ParameterDeclaration(
        ParameterType type,
        String description,
        @Nullable String defaultText,
        List<String> allowed,
        @Nullable Pattern pattern,
        @Nullable ParameterValue min,
        @Nullable ParameterValue max) {

    private static final Key<ParameterType> TYPE = Key.required(
            "type", Formats.oneOf(ParameterType.class), "What values it takes; dates and timestamps have no zone.");
    private static final Key<String> DESCRIPTION =
            Key.optional("description", Formats.text(), "", "", "What it is for.");
    private static final Key<Node.Scalar> DEFAULT = Key.optional(
            "default",
            Formats.scalar(),
            "Value where none is given at launch; may use ${logical_date}. Without a default, a value must be given.");
    private static final Key<List<Node.Scalar>> ALLOWED = Key.optional(
            "allowed", Formats.list(Formats.scalar(), 1), List.of(), "", "The only values that are taken.");
    private static final Key<Pattern> PATTERN = Key.optional(
            "pattern",
            Formats.text().as(ParameterDeclaration::compile),
            "Regular expression that the whole value must match; strings only.");
    private static final Key<Node.Scalar> MIN =
            Key.optional("min", Formats.scalar(), "Least value; numbers, dates and timestamps only.");
    private static final Key<Node.Scalar> MAX =
            Key.optional("max", Formats.scalar(), "Largest value; numbers, dates and timestamps only.");

    static final MappingFormat<ParameterDeclaration> FORMAT = MappingFormat.of(
            "a parameter", List.of(TYPE, DESCRIPTION, DEFAULT, ALLOWED, PATTERN, MIN, MAX), ParameterDeclaration::bind);

    /** Any moment: the type of an expression does not depend on which. */
    private static final LocalDateTime SOME_DAY = LocalDateTime.of(2000, 2, 29, 0, 0);

    private static @Nullable ParameterDeclaration bind(BoundMapping keys) {
        ParameterType type = keys.get(TYPE);
        boolean ordered = type != ParameterType.STRING && type != ParameterType.BOOLEAN;
        for (Key<Node.Scalar> bound : List.of(MIN, MAX)) {
            if (keys.has(bound) && !ordered) {
                keys.problem(bound, "a " + type.word() + " has no least or largest value; leave the key out");
            }
        }
        if (keys.has(PATTERN) && type != ParameterType.STRING) {
            keys.problem(PATTERN, "a " + type.word() + " has no pattern; leave the key out or use type string");
        }
        List<String> allowed = keys.get(ALLOWED).stream()
                .map(value -> value(type, value, keys, ALLOWED))
                .map(value -> value == null ? "" : value.text())
                .toList();
        Node.Scalar defaultValue = keys.find(DEFAULT);
        ParameterDeclaration declaration = new ParameterDeclaration(
                type,
                keys.get(DESCRIPTION),
                defaultValue == null ? null : defaultValue.text(),
                allowed,
                keys.find(PATTERN),
                ordered ? value(type, keys.find(MIN), keys, MIN) : null,
                ordered ? value(type, keys.find(MAX), keys, MAX) : null);
        declaration.checkDefault(keys);
        return declaration;
    }

    private void checkDefault(BoundMapping keys) {
        if (defaultText == null) {
            return;
        }
        try {
            check(defaultText);
        } catch (IllegalArgumentException e) {
            keys.problem(DEFAULT, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Refuses a text that is no value for any logical date.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    void check(String text) {
        if (Expression.isIn(text)) {
            type.parse(filled(text, SOME_DAY));
        } else {
            value(text);
        }
    }

    /**
     * The value of a text with expressions of the logical date, checked.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    ParameterValue value(String text, LocalDateTime logicalDate) {
        return value(filled(text, logicalDate));
    }

    private static @Nullable ParameterValue value(
            ParameterType type, Node.@Nullable Scalar scalar, BoundMapping keys, Key<?> key) {
        if (scalar == null) {
            return null;
        }
        try {
            return type.parse(scalar.text());
        } catch (IllegalArgumentException e) {
            keys.problem(key, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Pattern compile(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
        }
    }

    /** Whether a launch must give a value. */
    public boolean required() {
        return defaultText == null;
    }

    /**
     * A given value, checked.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    ParameterValue value(String text) {
        ParameterValue value = type.parse(text);
        if (!allowed.isEmpty() && !allowed.contains(value.text())) {
            throw new IllegalArgumentException("'" + text + "' is not one of " + String.join(", ", allowed));
        }
        if (pattern != null && !pattern.matcher(value.text()).matches()) {
            throw new IllegalArgumentException("'" + text + "' does not match the pattern " + pattern);
        }
        if (min != null && compare(value, min) < 0) {
            throw new IllegalArgumentException("'" + text + "' is below the least value " + min.text());
        }
        if (max != null && compare(value, max) > 0) {
            throw new IllegalArgumentException("'" + text + "' is above the largest value " + max.text());
        }
        return value;
    }

    /** The default's value for a run of this logical date; only where there is one. */
    ParameterValue defaultValue(LocalDateTime logicalDate) {
        return value(String.valueOf(defaultText), logicalDate);
    }

    private String filled(String text, LocalDateTime logicalDate) {
        String filled = Expression.fill(
                text, Map.of(Expression.LOGICAL_DATE, ParameterValue.timestamp(logicalDate)), ParameterValue::text);
        boolean dayOfMoment = type == ParameterType.DATE && Expression.isIn(text) && filled.indexOf('T') == 10;
        return dayOfMoment ? filled.substring(0, 10) : filled;
    }

    private static int compare(ParameterValue a, ParameterValue b) {
        return switch (a.type()) {
            case LONG, DOUBLE -> new BigDecimal(a.text()).compareTo(new BigDecimal(b.text()));
            case TIMESTAMP -> LocalDateTime.parse(a.text()).compareTo(LocalDateTime.parse(b.text()));
            case STRING, BOOLEAN, DATE -> a.text().compareTo(b.text());
        };
    }
}
