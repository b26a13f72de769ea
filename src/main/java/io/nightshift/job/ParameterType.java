package io.nightshift.job;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.regex.Pattern;

/** The types a job parameter may have; in definition files the lower case names. */
public enum ParameterType {
    STRING("x", "text of at most 1000 characters on one line"),
    LONG("1", "a whole number of 64 bits in decimal digits"),
    DOUBLE("1", "a finite decimal number"),
    BOOLEAN("true", "true or false"),
    DATE("2000-02-29", "a date of the calendar such as 2027-02-28"),
    TIMESTAMP("2000-02-29T00:00:00", "a date and time without zone such as 2027-02-28T06:30:00");

    private static final int LONGEST = 1000;
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]{0,18})");
    private static final Pattern DECIMAL =
            Pattern.compile("-?(?:0|[1-9][0-9]{0,308})(?:\\.[0-9]{1,350})?(?:[eE][-+]?[0-9]{1,3})?");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern MOMENT =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?");
    private static final DateTimeFormatter STRICT_DAY =
            DateTimeFormatter.ISO_LOCAL_DATE.withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter STRICT_MOMENT =
            DateTimeFormatter.ISO_LOCAL_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

    private final String example;
    private final String expected;

    ParameterType(String example, String expected) {
        this.example = example;
        this.expected = expected;
    }

    /** As written in definition files. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a value of the type looks like, in words. */
    public String expected() {
        return expected;
    }

    /** Some value, for checks that depend on the type alone. */
    ParameterValue example() {
        return new ParameterValue(this, example);
    }

    /**
     * Reads a value as text only: nothing is looked up, loaded or evaluated.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public ParameterValue parse(String text) {
        try {
            return new ParameterValue(this, canonical(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not " + expected, e);
        }
    }

    private String canonical(String text) {
        require(text.length() <= LONGEST, text);
        return switch (this) {
            case STRING -> {
                require(text.codePoints().noneMatch(ParameterType::isHidden), text);
                yield text;
            }
            case LONG -> {
                require(
                        INTEGER.matcher(text).matches()
                                && new BigDecimal(text).toBigInteger().bitLength() < 64,
                        text);
                yield Long.toString(Long.parseLong(text));
            }
            case DOUBLE -> {
                require(DECIMAL.matcher(text).matches() && Double.isFinite(Double.parseDouble(text)), text);
                yield plain(Double.parseDouble(text));
            }
            case BOOLEAN -> {
                require(text.equals("true") || text.equals("false"), text);
                yield text;
            }
            case DATE -> {
                require(DAY.matcher(text).matches(), text);
                yield LocalDate.parse(text, STRICT_DAY).toString();
            }
            case TIMESTAMP -> {
                require(MOMENT.matcher(text).matches(), text);
                yield ParameterValue.timestamp(LocalDateTime.parse(text, STRICT_MOMENT))
                        .text();
            }
        };
    }

    private static String plain(double value) {
        return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static boolean isHidden(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private void require(boolean holds, String text) {
        if (!holds) {
            String shown = text.length() <= 60 ? text : text.substring(0, 60) + "...";
            throw new IllegalArgumentException("'" + shown + "' is not " + expected);
        }
    }
}
