package io.nightshift.timing;

import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * A crontab line as local times. Quartz's expressions give them, over a clock without daylight saving: its own treatment
 * of a zone loses fires. Where both days of a line are restricted, crontab means either; where one of them begins with
 * {@code *}, such as {@code *&#47;2}, it means both.
 */
final class CronPattern implements LocalTimes {

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final Pattern LAST_DAY = Pattern.compile("L", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAMED_WEEKDAY =
            Pattern.compile("(SUN|MON|TUE|WED|THU|FRI|SAT)(#[1-5]|L)", Pattern.CASE_INSENSITIVE);
    private static final LocalDateTime SOME_DAY = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final List<CronExpression> expressions;
    private final boolean both;
    private final String words;

    private CronPattern(List<CronExpression> expressions, boolean both, String words) {
        this.expressions = List.copyOf(expressions);
        this.both = both;
        this.words = words;
    }

    /**
     * @throws IllegalArgumentException saying what is wrong with the expression and what was likely meant, or that it is
     *     never due
     */
    static CronPattern parse(String text) {
        String trimmed = text.strip();
        List<String> fields = List.of(BLANKS.split(trimmed));
        if (fields.size() != CronField.values().length) {
            throw new IllegalArgumentException(CronSuggestion.forFieldCount(trimmed, fields));
        }
        return of(fields);
    }

    private static CronPattern of(List<String> fields) {
        Map<CronField, NavigableSet<Integer>> values = new EnumMap<>(CronField.class);
        List<String> wrong = new ArrayList<>();
        for (CronField field : CronField.values()) {
            String text = fields.get(field.ordinal());
            if (!isSpecial(field, text)) {
                try {
                    values.put(field, field.values(text));
                } catch (IllegalArgumentException e) {
                    wrong.add(String.valueOf(e.getMessage()));
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; and ", wrong));
        }
        String dayOfMonth = fields.get(CronField.DAY_OF_MONTH.ordinal());
        String dayOfWeek = fields.get(CronField.DAY_OF_WEEK.ordinal());
        boolean both = dayOfMonth.startsWith("*") || dayOfWeek.startsWith("*");
        CronPattern pattern = new CronPattern(
                expressions(values, dayOfMonth, dayOfWeek),
                both,
                new CronWords(values, dayOfMonth, dayOfWeek, both).words());
        LocalDateTime first = pattern.next(SOME_DAY);
        if (first == null || first.isAfter(SOME_DAY.plus(Timing.HORIZON))) {
            throw new IllegalArgumentException(never(values));
        }
        return pattern;
    }

    /** Whether it is Quartz's notation for a last day or a numbered day of the week, which no list of values can say. */
    private static boolean isSpecial(CronField field, String text) {
        return switch (field) {
            case DAY_OF_MONTH -> LAST_DAY.matcher(text).matches();
            case DAY_OF_WEEK -> NAMED_WEEKDAY.matcher(text).matches();
            case MINUTE, HOUR, MONTH -> false;
        };
    }

    private static List<CronExpression> expressions(
            Map<CronField, NavigableSet<Integer>> values, String dayOfMonth, String dayOfWeek) {
        String time = "0 " + list(values, CronField.MINUTE) + " " + list(values, CronField.HOUR) + " ";
        String month = " " + list(values, CronField.MONTH) + " ";
        List<CronExpression> expressions = new ArrayList<>();
        boolean anyDayOfMonth = dayOfMonth.startsWith("*") && isAll(values, CronField.DAY_OF_MONTH);
        boolean anyDayOfWeek = dayOfWeek.startsWith("*") && isAll(values, CronField.DAY_OF_WEEK);
        if (anyDayOfWeek || !anyDayOfMonth) {
            String days = isSpecial(CronField.DAY_OF_MONTH, dayOfMonth)
                    ? dayOfMonth.toUpperCase(Locale.ROOT)
                    : list(values, CronField.DAY_OF_MONTH);
            expressions.add(quartz(time + days + month + "?"));
        }
        if (!anyDayOfWeek) {
            String days = isSpecial(CronField.DAY_OF_WEEK, dayOfWeek)
                    ? dayOfWeek.toUpperCase(Locale.ROOT)
                    : list(values, CronField.DAY_OF_WEEK);
            expressions.add(quartz(time + "?" + month + days));
        }
        return expressions;
    }

    private static boolean isAll(Map<CronField, NavigableSet<Integer>> values, CronField field) {
        return field.all().equals(values.get(field));
    }

    private static String list(Map<CronField, NavigableSet<Integer>> values, CronField field) {
        if (isAll(values, field)) {
            return "*";
        }
        return values.getOrDefault(field, Collections.emptyNavigableSet()).stream()
                .map(value -> field == CronField.DAY_OF_WEEK ? field.names().get(value) : value.toString())
                .collect(Collectors.joining(","));
    }

    private static CronExpression quartz(String text) {
        try {
            CronExpression expression = new CronExpression(text);
            expression.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
            return expression;
        } catch (ParseException e) {
            throw new IllegalStateException("checked fields make an expression: " + text, e);
        }
    }

    private static String never(Map<CronField, NavigableSet<Integer>> values) {
        NavigableSet<Integer> days = values.get(CronField.DAY_OF_MONTH);
        NavigableSet<Integer> months = values.get(CronField.MONTH);
        String date = days != null && months != null && days.first() > 28
                ? ": there is no day " + days.first() + " in "
                        + months.stream()
                                .map(month -> CronField.MONTH.names().get(month - 1))
                                .collect(Collectors.joining(", "))
                : "";
        return "it is never due within five years" + date;
    }

    @Override
    public @Nullable LocalDateTime next(LocalDateTime after) {
        LocalDateTime first = next(expressions.get(0), after);
        if (expressions.size() == 1) {
            return first;
        }
        LocalDateTime second = next(expressions.get(1), after);
        if (!both) {
            return first == null || (second != null && second.isBefore(first)) ? second : first;
        }
        LocalDateTime end = after.plus(Timing.HORIZON);
        while (first != null && second != null && !first.equals(second)) {
            if (first.isBefore(second)) {
                first = next(expressions.get(0), second.minusSeconds(1));
            } else {
                second = next(expressions.get(1), first.minusSeconds(1));
            }
            if (first != null && first.isAfter(end)) {
                return null;
            }
        }
        return first == null ? null : second;
    }

    private static @Nullable LocalDateTime next(CronExpression expression, LocalDateTime after) {
        Date next = expression.getTimeAfter(Date.from(after.toInstant(ZoneOffset.UTC)));
        return next == null ? null : LocalDateTime.ofInstant(Instant.ofEpochMilli(next.getTime()), ZoneOffset.UTC);
    }

    @Override
    public String words() {
        return words;
    }
}
