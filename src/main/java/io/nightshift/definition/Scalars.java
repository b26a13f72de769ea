package io.nightshift.definition;

import io.nightshift.failure.Suggestion;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scalars to values. Each method throws IllegalArgumentException with the message for the user. */
final class Scalars {

    static final Pattern PERCENT = Pattern.compile("^(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?%$");
    static final Pattern SIZE = Pattern.compile("^([1-9][0-9]{0,11})(B|KB|MB|GB|TB)$");
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]*)");
    private static final Pattern DECIMAL = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?");
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Set<String> TWO_FACED_WORDS = Set.of("yes", "no", "on", "off");
    private static final Pattern TWO_FACED_BOOLEAN = Pattern.compile("True|TRUE|False|FALSE");
    /** Octal, hexadecimal, binary, sexagesimal, underscored and special numbers of YAML 1.1 and 1.2. */
    private static final Pattern TWO_FACED_NUMBER =
            Pattern.compile("[-+]?0[0-9_]+(?:\\.[0-9_]*)?|[-+]?0[xXbBoO][0-9a-fA-F_]+"
                    + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?|[-+]?[0-9]+_[0-9_]+(?:\\.[0-9_]*)?"
                    + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)|\\+[0-9][0-9._]*|[-+]?\\.[0-9]+|[-+]?[0-9]+\\.");

    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");

    private Scalars() {}

    static String text(Node.Scalar scalar) {
        String text = scalar.text();
        if (scalar.quoted()) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("the text is empty");
            }
            return text;
        }
        refuseNull(scalar, "text");
        if (TWO_FACED_WORDS.contains(text.toLowerCase(Locale.ROOT))
                || TWO_FACED_BOOLEAN.matcher(text).matches()) {
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
        refuseNotPlain(scalar, expected);
        if (!INTEGER.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected + numberAdvice(scalar.text()));
        }
        BigDecimal value = new BigDecimal(scalar.text());
        if (value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
        }
        return value.longValueExact();
    }

    static double decimal(Node.Scalar scalar, String expected) {
        refuseNotPlain(scalar, expected);
        if (!DECIMAL.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected + numberAdvice(scalar.text()));
        }
        double value = Double.parseDouble(scalar.text());
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException(scalar.kind() + " is too large for a double");
        }
        return value;
    }

    static double share(Node.Scalar scalar) {
        String expected = "a share from 0 to 1, or from 0% to 100%";
        String text = scalar.text();
        double value;
        if (PERCENT.matcher(text).matches()) {
            value = new BigDecimal(text.substring(0, text.length() - 1))
                    .movePointLeft(2)
                    .doubleValue();
        } else {
            value = decimal(scalar, expected);
        }
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
        }
        return value;
    }

    static long size(Node.Scalar scalar, long least, long most, String expected) {
        refuseNull(scalar, expected);
        Matcher matcher = SIZE.matcher(scalar.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * UNITS.indexOf(matcher.group(2)))));
        if (bytes.compareTo(BigDecimal.valueOf(least)) < 0 || bytes.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
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

    static boolean bool(Node.Scalar scalar) {
        refuseNotPlain(scalar, "true or false");
        return switch (scalar.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(scalar.kind() + " is not true or false");
        };
    }

    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    static String suggestion(String written, Collection<String> allowed) {
        return Suggestion.suffix(written, allowed);
    }

    private static void refuseNotPlain(Node.Scalar scalar, String expected) {
        refuseNull(scalar, expected);
        if (scalar.quoted()) {
            throw new IllegalArgumentException("\"" + scalar.text() + "\" in quotes is text, not " + expected);
        }
    }

    private static void refuseNull(Node.Scalar scalar, String expected) {
        if (!scalar.quoted() && NULL.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException("has no value; write " + expected + " or leave the key out");
        }
    }

    private static String numberAdvice(String text) {
        return TWO_FACED_NUMBER.matcher(text).matches() ? "; write plain decimal digits" : "";
    }
}
