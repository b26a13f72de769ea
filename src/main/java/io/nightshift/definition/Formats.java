package io.nightshift.definition;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The notations that keys are made of. What YAML 1.1 would read in two ways ({@code yes}, {@code 010}, {@code 1:30}) is
 * refused with advice instead of guessed at.
 */
public final class Formats {

    private static final Map<String, Object> ANY_SCALAR = keywords("type", List.of("string", "number", "boolean"));

    private Formats() {}

    /** Any text that is not blank. */
    public static ValueFormat<String> text() {
        return new ScalarFormat<>("text", ANY_SCALAR, (scalar, expected) -> ScalarFormat.text(scalar));
    }

    /** Text of a pattern. */
    public static ValueFormat<String> text(Pattern pattern, String expected) {
        return new ScalarFormat<>(
                expected, keywords("type", "string", "pattern", whole(pattern)), (scalar, wording) -> {
                    if (!pattern.matcher(scalar.text()).matches()) {
                        throw ScalarFormat.refused(scalar, wording);
                    }
                    return ScalarFormat.text(scalar);
                });
    }

    /**
     * Text that no message repeats: what is refused may well be refused for the secret in it.
     *
     * @param conversion throws IllegalArgumentException, saying what is allowed without what was written
     */
    public static <T> ValueFormat<T> confidential(String expected, Function<String, T> conversion) {
        ValueFormat<String> text = text();
        return new ValueFormat<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                String written = text.read(node, problems);
                try {
                    return written == null ? null : conversion.apply(written);
                } catch (IllegalArgumentException e) {
                    problems.add(node.place(), String.valueOf(e.getMessage()));
                    return null;
                }
            }

            @Override
            public Map<String, Object> schema() {
                return text.schema();
            }

            @Override
            public String expected() {
                return expected;
            }
        };
    }

    /** A whole number in plain decimal digits. */
    public static ValueFormat<Long> integer(long least, long most) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "integer");
        if (least != Long.MIN_VALUE) {
            schema.put("minimum", least);
        }
        if (most != Long.MAX_VALUE) {
            schema.put("maximum", most);
        }
        return new ScalarFormat<>(
                "a whole number" + range(least, most),
                schema,
                (scalar, expected) -> ScalarFormat.integer(scalar, least, most, expected));
    }

    /** A finite decimal number. */
    public static ValueFormat<Double> decimal() {
        return new ScalarFormat<>(
                "a number",
                keywords("type", "number"),
                (scalar, expected) -> ScalarFormat.decimal(scalar, -Double.MAX_VALUE, Double.MAX_VALUE, expected));
    }

    /** A finite decimal number in a range, both ends included. */
    public static ValueFormat<Double> decimal(double least, double most) {
        return new ScalarFormat<>(
                "a number from " + digits(least) + " to " + digits(most),
                keywords("type", "number", "minimum", least, "maximum", most),
                (scalar, expected) -> ScalarFormat.decimal(scalar, least, most, expected));
    }

    /** A part of a whole, {@code 0.01} or {@code 1%}, as a number from 0 to 1. */
    public static ValueFormat<Double> share() {
        Map<String, Object> number = keywords("type", "number", "minimum", 0, "maximum", 1);
        Map<String, Object> percent = keywords("type", "string", "pattern", whole(ScalarFormat.PERCENT));
        return new ScalarFormat<>(
                "a share from 0 to 1, or from 0% to 100%",
                keywords("anyOf", List.of(number, percent)), ScalarFormat::share);
    }

    /** An amount of memory such as {@code 512MB}, in bytes; the units are powers of 1024. */
    public static ValueFormat<Long> size(long least, long most) {
        return new ScalarFormat<>(
                "a size such as 512MB or 1GB, from " + ScalarFormat.sizeText(least) + " to "
                        + ScalarFormat.sizeText(most),
                keywords("type", "string", "pattern", whole(ScalarFormat.SIZE)),
                (scalar, expected) -> ScalarFormat.size(scalar, least, most, expected));
    }

    /** A length of time such as {@code 10s} or {@code 5m}. */
    public static ValueFormat<Duration> duration(Duration least, Duration most) {
        return new ScalarFormat<>(
                "a duration such as 500ms, 10s, 5m or 1h, from " + ScalarFormat.durationText(least) + " to "
                        + ScalarFormat.durationText(most),
                keywords("type", "string", "pattern", whole(ScalarFormat.DURATION)),
                (scalar, expected) -> ScalarFormat.duration(scalar, least, most, expected));
    }

    /** {@code true} or {@code false}. */
    public static ValueFormat<Boolean> bool() {
        return new ScalarFormat<>("true or false", keywords("type", "boolean"), ScalarFormat::bool);
    }

    /** One of an enum's constants, written in lower case. */
    public static <E extends Enum<E>> ValueFormat<E> oneOf(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return word(words);
    }

    /** One of these words. */
    public static <T> ValueFormat<T> word(Map<String, T> words) {
        Map<String, T> ordered = new LinkedHashMap<>(words);
        List<String> names = List.copyOf(ordered.keySet());
        return new ScalarFormat<>(
                (names.size() == 1 ? "" : "one of ") + String.join(", ", names),
                keywords("enum", names),
                (scalar, expected) -> ScalarFormat.word(scalar, ordered, expected));
    }

    /** Any scalar as it was written, for values whose type another key decides. */
    public static ValueFormat<Node.Scalar> scalar() {
        return new ScalarFormat<>("text, a number, true or false", ANY_SCALAR, (scalar, expected) -> scalar);
    }

    /** A plain word, or else another format: {@code auto} beside a number. */
    public static <T> ValueFormat<T> wordOr(String word, T meaning, ValueFormat<T> other) {
        return new ValueFormat<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                boolean isWord =
                        node instanceof Node.Scalar scalar && scalar.text().equals(word);
                return isWord ? meaning : other.describedAs(expected()).read(node, problems);
            }

            @Override
            public Map<String, Object> schema() {
                return keywords("anyOf", List.of(keywords("const", word), other.schema()));
            }

            @Override
            public String expected() {
                return word + " or " + other.expected();
            }
        };
    }

    /** A list of at least {@code least} items, all of which are read even when some have problems. */
    public static <T> ValueFormat<List<T>> list(ValueFormat<T> item, int least) {
        return new ListFormat<>(item, least);
    }

    /** A value, or a list of such values. */
    public static <T> ValueFormat<List<T>> oneOrMore(ValueFormat<T> item) {
        ValueFormat<List<T>> several = list(item, 1);
        return new ValueFormat<>() {
            @Override
            public @Nullable List<T> read(Node node, Problems problems) {
                if (node instanceof Node.Sequence) {
                    return several.read(node, problems);
                }
                T value = item.read(node, problems);
                return value == null ? null : List.of(value);
            }

            @Override
            public Map<String, Object> schema() {
                return keywords("anyOf", List.of(item.schema(), several.schema()));
            }

            @Override
            public String expected() {
                return item.expected() + ", or a list of it";
            }
        };
    }

    /** A mapping whose keys the user chooses, in the order of the file. */
    public static <T> ValueFormat<Map<String, T>> mapOf(Pattern keys, String expectedKey, ValueFormat<T> value) {
        return new MapFormat<>(keys, expectedKey, value);
    }

    private static String range(long least, long most) {
        if (most == Long.MAX_VALUE) {
            return least == Long.MIN_VALUE ? "" : " of at least " + least;
        }
        return least == Long.MIN_VALUE ? " of at most " + most : " from " + least + " to " + most;
    }

    private static String digits(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** Keyword, value, keyword, value... in an order that stays, so that a format always gives the same file. */
    static Map<String, Object> keywords(Object... keywordsAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keywordsAndValues.length; i += 2) {
            schema.put((String) keywordsAndValues[i], keywordsAndValues[i + 1]);
        }
        return schema;
    }

    private static String whole(Pattern pattern) {
        return "^(?:" + pattern.pattern() + ")$";
    }

    private record ListFormat<T>(ValueFormat<T> item, int least) implements ValueFormat<List<T>> {

        @Override
        public @Nullable List<T> read(Node node, Problems problems) {
            if (!(node instanceof Node.Sequence sequence)) {
                problems.add(node.place(), node.kind() + " is not " + expected());
                return null;
            }
            int before = problems.size();
            List<T> values = new ArrayList<>();
            for (Node child : sequence.items()) {
                T value = item.read(child, problems);
                if (value != null) {
                    values.add(value);
                }
            }
            if (sequence.items().size() < least) {
                problems.add(
                        node.place(),
                        "the list has " + sequence.items().size() + " items, at least " + least + " needed");
            }
            return problems.size() > before ? null : values;
        }

        @Override
        public Map<String, Object> schema() {
            return keywords("type", "array", "minItems", least, "items", item.schema());
        }

        @Override
        public String expected() {
            return "a list, each item " + item.expected();
        }
    }

    private record MapFormat<T>(Pattern keys, String expectedKey, ValueFormat<T> value)
            implements ValueFormat<Map<String, T>> {

        @Override
        public @Nullable Map<String, T> read(Node node, Problems problems) {
            if (!(node instanceof Node.Mapping mapping)) {
                problems.add(node.place(), node.kind() + " is not " + expected());
                return null;
            }
            int before = problems.size();
            Map<String, T> values = new LinkedHashMap<>();
            mapping.entries().forEach((key, entry) -> {
                if (!keys.matcher(key).matches()) {
                    problems.add(entry.key(), "'" + key + "' is not " + expectedKey);
                }
                T read = value.read(entry.value(), problems);
                if (read != null) {
                    values.put(key, read);
                }
            });
            return problems.size() > before ? null : values;
        }

        @Override
        public Map<String, Object> schema() {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            schema.put("propertyNames", keywords("pattern", whole(keys)));
            schema.put("additionalProperties", value.schema());
            return schema;
        }

        @Override
        public String expected() {
            return "a mapping from " + expectedKey + " to " + value.expected();
        }
    }
}
