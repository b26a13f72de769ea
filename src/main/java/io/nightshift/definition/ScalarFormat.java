package io.nightshift.definition;

import io.nightshift.failure.Suggestion;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value written as one scalar.
 *
 * @param parser throws IllegalArgumentException with the whole message for what it refuses
 */
record ScalarFormat<T>(String expected, Map<String, Object> schema, Parser<T> parser) implements ValueFormat<T> {

    static final Pattern PERCENT = Pattern.compile("(?:0|[1-9][0-9]{0,5})(?:\\.[0-9]{1,9})?%");
    static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,11})(B|KB|MB|GB|TB)");
    static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m|h|d)");
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]{0,18})");
    private static final Pattern DECIMAL =
            Pattern.compile("-?(?:0|[1-9][0-9]{0,308})(?:\\.[0-9]{1,350})?(?:[eE][-+]?[0-9]{1,3})?");
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TWO_FACED_WORDS = Set.of("yes", "no", "on", "off");
    private static final Set<String> TWO_FACED_BOOLEANS = Set.of("True", "TRUE", "False", "FALSE");
    /** Octal, hexadecimal, binary, sexagesimal, underscored, signed and special numbers of YAML 1.1 and 1.2. */
    private static final Pattern TWO_FACED_NUMBER = Pattern.compile("[-+]?0[0-9_]+(?:\\.[0-9_]*)?"
            + "|[-+]?0[xXbBoO][0-9a-fA-F_]+"
            + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?"
            + "|[-+]?[0-9]+_[0-9_]+(?:\\.[0-9_]*)?"
            + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)"
            + "|\\+[0-9][0-9._]*|[-+]?\\.[0-9]+|[-+]?[0-9]+\\.");

    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");

    /** Reads a scalar; {@code expected} is what to say is allowed. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Node.Scalar scalar, String expected);
    }

    @Override
    public @Nullable T read(Node node, Problems problems) {
        if (!(node instanceof Node.Scalar scalar)) {
            problems.add(node.place(), node.kind() + " is not " + expected);
            return null;
        }
        try {
            if (!scalar.quoted() && NOTHING.contains(scalar.text())) {
                throw new IllegalArgumentException("has no value; write " + expected + " or leave the key out");
            }
            scalar.text().codePoints().filter(StrictText::isHidden).findFirst().ifPresent(hidden -> {
                throw new IllegalArgumentException(String.format("holds the invisible character U+%04X", hidden));
            });
            return parser.parse(scalar, expected);
        } catch (IllegalArgumentException e) {
            problems.add(node.place(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    @Override
    public ValueFormat<T> describedAs(String words) {
        return new ScalarFormat<>(words, schema, parser);
    }

    static IllegalArgumentException refused(Node.Scalar scalar, String expected) {
        return new IllegalArgumentException(scalar.kind() + " is not " + expected);
    }

    static String text(Node.Scalar scalar) {
        String text = scalar.text();
        if (text.isBlank()) {
            throw new IllegalArgumentException("the text is empty");
        }
        if (scalar.quoted()) {
            return text;
        }
        if (TWO_FACED_WORDS.contains(text.toLowerCase(Locale.ROOT)) || TWO_FACED_BOOLEANS.contains(text)) {
            throw new IllegalArgumentException("'" + text + "' is a truth value to some YAML readers; write \"" + text
                    + "\" in quotes for the text, or true or false");
        }
        if (TWO_FACED_NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is another number to some YAML readers; write \"" + text
                    + "\" in quotes for the text, or plain decimal digits for a number");
        }
        return text;
    }

    static long integer(Node.Scalar scalar, long least, long most, String expected) {
        requireNumber(INTEGER, scalar, expected);
        BigDecimal value = new BigDecimal(scalar.text());
        if (value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw refused(scalar, expected);
        }
        return value.longValueExact();
    }

    static double decimal(Node.Scalar scalar, double least, double most, String expected) {
        requireNumber(DECIMAL, scalar, expected);
        double value = Double.parseDouble(scalar.text());
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException(scalar.kind() + " is too large for a number of 64 bits");
        }
        if (value < least || value > most) {
            throw refused(scalar, expected);
        }
        return value;
    }

    static double share(Node.Scalar scalar, String expected) {
        String text = scalar.text();
        if (!PERCENT.matcher(text).matches()) {
            return decimal(scalar, 0, 1, expected);
        }
        double value = new BigDecimal(text.substring(0, text.length() - 1))
                .movePointLeft(2)
                .doubleValue();
        if (value > 1) {
            throw refused(scalar, expected);
        }
        return value;
    }

    static long size(Node.Scalar scalar, long least, long most, String expected) {
        Matcher matcher = SIZE.matcher(scalar.text());
        if (!matcher.matches()) {
            throw refused(scalar, expected);
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * UNITS.indexOf(matcher.group(2)))));
        if (bytes.compareTo(BigDecimal.valueOf(least)) < 0 || bytes.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw refused(scalar, expected);
        }
        return bytes.longValueExact();
    }

    static String sizeText(long bytes) {
        int unit = 0;
        long amount = bytes;
        while (unit < UNITS.size() - 1 && amount != 0 && amount % 1024 == 0) {
            amount /= 1024;
            unit++;
        }
        return amount + UNITS.get(unit);
    }

    static Duration duration(Node.Scalar scalar, Duration least, Duration most, String expected) {
        Matcher matcher = DURATION.matcher(scalar.text());
        if (!matcher.matches()) {
            throw refused(scalar, expected);
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration value =
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refused(scalar, expected);
        }
        return value;
    }

    /** As a file would say it, in the largest unit without a rest. */
    static String durationText(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static boolean bool(Node.Scalar scalar, String expected) {
        boolean value = scalar.text().equals("true");
        if (scalar.quoted() || (!value && !scalar.text().equals("false"))) {
            throw refused(scalar, expected + (scalar.quoted() ? "; leave out the quotes" : ""));
        }
        return value;
    }

    static <T> T word(Node.Scalar scalar, Map<String, T> words, String expected) {
        T value = words.get(scalar.text());
        if (value == null) {
            throw refused(scalar, expected + Suggestion.suffix(scalar.text(), words.keySet()));
        }
        return value;
    }

    private static void requireNumber(Pattern notation, Node.Scalar scalar, String expected) {
        if (scalar.quoted()) {
            throw refused(scalar, expected + "; leave out the quotes");
        }
        if (!notation.matcher(scalar.text()).matches()) {
            boolean twoFaced = TWO_FACED_NUMBER.matcher(scalar.text()).matches();
            throw refused(scalar, expected + (twoFaced ? "; write plain decimal digits" : ""));
        }
    }
}
