package io.nightshift.job;

import io.nightshift.failure.Suggestion;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with {@code ${name}}, {@code ${name + 1d}} or {@code ${name - 2h}} in it. That is the whole language: a name of a
 * parameter or {@code logical_date}, and an amount of days, hours, minutes or seconds. Nothing is evaluated or loaded.
 */
final class Expression {

    static final String LOGICAL_DATE = "logical_date";
    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private static final String OPENING = "${";
    private static final Pattern FORM =
            Pattern.compile("\\$\\{ *([a-z][a-z0-9_]{0,62}) *(?:([-+]) *([0-9]{1,6})([dhms]) *)?}");

    private Expression() {}

    static boolean isIn(String text) {
        return text.contains(OPENING);
    }

    /**
     * Fills in a text's expressions.
     *
     * @param values by name
     * @param written how a value is written where it goes; may refuse it by IllegalArgumentException
     * @throws IllegalArgumentException saying which expression is wrong, and what is allowed
     */
    static String fill(String text, Map<String, ParameterValue> values, Function<ParameterValue, String> written) {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = FORM.matcher(text);
        int at = 0;
        for (int open = text.indexOf(OPENING); open >= 0; open = text.indexOf(OPENING, at)) {
            matcher.region(open, text.length());
            if (!matcher.lookingAt()) {
                int close = text.indexOf('}', open);
                throw new IllegalArgumentException("'" + text.substring(open, close < 0 ? text.length() : close + 1)
                        + "' is not an expression; allowed are ${name}, ${name + 1d} and ${name - 2h} with the units d, h, m"
                        + " and s");
            }
            filled.append(text, at, open).append(written.apply(value(matcher, values)));
            at = matcher.end();
        }
        return filled.append(text, at, text.length()).toString();
    }

    private static ParameterValue value(Matcher matcher, Map<String, ParameterValue> values) {
        String name = matcher.group(1);
        ParameterValue value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no parameter '" + name + "'"
                    + Suggestion.suffix(name, values.keySet())
                    + "; known are " + String.join(", ", values.keySet()));
        }
        if (matcher.group(2) == null) {
            return value;
        }
        long amount = Long.parseLong(matcher.group(3)) * (matcher.group(2).equals("-") ? -1 : 1);
        return moved(name, value, amount, matcher.group(4));
    }

    private static ParameterValue moved(String name, ParameterValue value, long amount, String unit) {
        try {
            return switch (value.type()) {
                case DATE -> {
                    if (!unit.equals("d")) {
                        throw new IllegalArgumentException(
                                "'" + name + "' is a date: only whole days (d) can be added to or taken from it");
                    }
                    yield new ParameterValue(
                            ParameterType.DATE,
                            LocalDate.parse(value.text()).plusDays(amount).toString());
                }
                case TIMESTAMP ->
                    ParameterValue.timestamp(LocalDateTime.parse(value.text()).plus(duration(amount, unit)));
                case STRING, LONG, DOUBLE, BOOLEAN ->
                    throw new IllegalArgumentException("'" + name + "' is a "
                            + value.type().word() + ": only dates and timestamps can be added to or taken from");
            };
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' would leave the calendar: " + e.getMessage(), e);
        }
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "d" -> Duration.ofDays(amount);
            case "h" -> Duration.ofHours(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
