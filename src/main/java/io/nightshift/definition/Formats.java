package io.nightshift.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The notations that keys are made of. What YAML 1.1 would read in two ways ({@code yes}, {@code 010}, {@code 1:30}) is
 * refused with advice instead of guessed at.
 */
public final class Formats {

    private Formats() {}

    /** Any text that is not blank. */
    public static ValueFormat<String> text() {
        return new ScalarFormat<>("text", Map.of("type", List.of("string", "number", "boolean")), Scalars::text);
    }

    /** Text of a pattern. */
    public static ValueFormat<String> text(Pattern pattern, String expected) {
        Map<String, Object> schema = Map.of("type", "string", "pattern", "^(?:" + pattern.pattern() + ")$");
        return new ScalarFormat<>(expected, schema, scalar -> {
            String text = Scalars.text(scalar);
            if (!pattern.matcher(text).matches()) {
                throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
            }
            return text;
        });
    }

    /** A whole number in plain decimal digits. */
    public static ValueFormat<Long> integer(long least, long most) {
        String expected = "a whole number "
                + range(String.valueOf(least), least == Long.MIN_VALUE, String.valueOf(most), most == Long.MAX_VALUE);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "integer");
        if (least != Long.MIN_VALUE) {
            schema.put("minimum", least);
        }
        if (most != Long.MAX_VALUE) {
            schema.put("maximum", most);
        }
        return new ScalarFormat<>(
                expected.strip(), schema, scalar -> Scalars.integer(scalar, least, most, expected.strip()));
    }

    /** A finite decimal number. */
    public static ValueFormat<Double> decimal() {
        return new ScalarFormat<>("a number", Map.of("type", "number"), scalar -> Scalars.decimal(scalar, "a number"));
    }

    /** A finite decimal number in a range, both ends included. */
    public static ValueFormat<Double> decimal(double least, double most) {
        String expected = "a number from " + Scalars.plain(least) + " to " + Scalars.plain(most);
        return new ScalarFormat<>(expected, Map.of("type", "number", "minimum", least, "maximum", most), scalar -> {
            double value = Scalars.decimal(scalar, expected);
            if (value < least || value > most) {
                throw new IllegalArgumentException(scalar.kind() + " is not " + expected);
            }
            return value;
        });
    }

    /** A part of a whole, {@code 0.01} or {@code 1%}, as a number from 0 to 1. */
    public static ValueFormat<Double> share() {
        Map<String, Object> schema = Map.of(
                "anyOf",
                List.of(
                        Map.of("type", "number", "minimum", 0, "maximum", 1),
                        Map.of("type", "string", "pattern", Scalars.PERCENT.pattern())));
        return new ScalarFormat<>("a share from 0 to 1, or from 0% to 100%", schema, Scalars::share);
    }

    /** An amount of memory such as {@code 512MB}, in bytes; the units are powers of 1024. */
    public static ValueFormat<Long> size(long least, long most) {
        String expected =
                "a size such as 512MB or 1GB, from " + Scalars.sizeText(least) + " to " + Scalars.sizeText(most);
        Map<String, Object> schema = Map.of("type", "string", "pattern", Scalars.SIZE.pattern());
        return new ScalarFormat<>(expected, schema, scalar -> Scalars.size(scalar, least, most, expected));
    }

    /** {@code true} or {@code false}. */
    public static ValueFormat<Boolean> bool() {
        return new ScalarFormat<>("true or false", Map.of("type", "boolean"), Scalars::bool);
    }

    /** One of an enum's constants, written in lower case. */
    public static <E extends Enum<E>> ValueFormat<E> oneOf(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        Arrays.stream(type.getEnumConstants())
                .forEach(constant -> words.put(constant.name().toLowerCase(Locale.ROOT), constant));
        return word(words);
    }

    /** One of these words. */
    public static <T> ValueFormat<T> word(Map<String, T> words) {
        Map<String, T> ordered = new LinkedHashMap<>(words);
        List<String> names = List.copyOf(ordered.keySet());
        String expected = (names.size() == 1 ? "" : "one of ") + String.join(", ", names);
        return new ScalarFormat<>(expected, Map.of("enum", names), scalar -> {
            T value = ordered.get(scalar.text());
            if (value == null) {
                throw new IllegalArgumentException(
                        scalar.kind() + " is not " + expected + Scalars.suggestion(scalar.text(), names));
            }
            return value;
        });
    }

    /** Any scalar as it was written, for values whose type another key decides. */
    public static ValueFormat<Node.Scalar> scalar() {
        return new ScalarFormat<>(
                "text, a number, true or false",
                Map.of("type", List.of("string", "number", "boolean")),
                scalar -> scalar);
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
                return Map.of("anyOf", List.of(Map.of("const", word), other.schema()));
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

    /** A mapping whose keys the user chooses, in the order of the file. */
    public static <T> ValueFormat<Map<String, T>> mapOf(Pattern keys, String expectedKey, ValueFormat<T> value) {
        return new MapFormat<>(keys, expectedKey, value);
    }

    private static String range(String least, boolean noLeast, String most, boolean noMost) {
        if (noLeast && noMost) {
            return "";
        }
        if (noMost) {
            return "of at least " + least;
        }
        return noLeast ? "of at most " + most : "from " + least + " to " + most;
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
            return Map.of("type", "array", "minItems", least, "items", item.schema());
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
            schema.put("propertyNames", Map.of("pattern", "^(?:" + keys.pattern() + ")$"));
            schema.put("additionalProperties", value.schema());
            return schema;
        }

        @Override
        public String expected() {
            return "a mapping from " + expectedKey + " to " + value.expected();
        }
    }
}
