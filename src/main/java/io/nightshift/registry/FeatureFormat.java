package io.nightshift.registry;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a feature is written in {@code model.yaml}: flat keys, each of which belongs to certain transforms. */
final class FeatureFormat {

    private static final String REJECT = "reject";
    private static final String ZEROS = "zeros";

    /** A number, or one of the words that stand beside it. */
    private record Choice(String word, double number) {

        static Choice of(double number) {
            return new Choice("", number);
        }

        static Choice of(String word) {
            return new Choice(word, 0);
        }
    }

    private static final List<String> READINGS = List.of(
            "number",
            "index",
            "month",
            "day_of_week",
            "hour",
            "day_of_year",
            "epoch",
            "one_hot",
            "hash_bucket",
            "boolean");
    private static final List<String> STEPS = List.of("standardize", "clip", "log1p", "bucketize");

    private static final Key<String> COLUMN =
            Key.required("column", Formats.text(), "The input column; a leaf of a struct by its dotted path.");
    private static final Key<String> TRANSFORM = Key.optional(
            "transform",
            names(),
            "number",
            "number",
            "How the column becomes a number: one of the names that transforms lists.");
    private static final Key<List<String>> TRANSFORMS = Key.optional(
            "transforms",
            Formats.list(names(), 1),
            "A chain: a transform that reads the column (number if left out), then steps, each at most once.");
    private static final Key<String> VOCABULARY = Key.optional(
            "vocabulary", Formats.text(), "For index and one_hot: a file in the model's folder, one text a line.");
    private static final Key<List<String>> VALUES = Key.optional(
            "values", Formats.list(Formats.text(), 1), "For index and one_hot: the texts themselves, in order.");
    private static final Key<Long> FIRST = Key.optional(
            "first", Formats.integer(-1_000_000, 1_000_000), 1L, "1", "For index: the number of the first text.");
    private static final Key<Choice> UNKNOWN = Key.optional(
            "unknown",
            word(REJECT, word(ZEROS, number(Formats.integer(Integer.MIN_VALUE, Integer.MAX_VALUE)))),
            Choice.of(REJECT),
            REJECT,
            "A text outside the vocabulary: for index a number, for one_hot zeros, for both reject.");
    private static final Key<Choice> MISSING = Key.optional(
            "missing",
            word(
                    REJECT,
                    word(
                            ZEROS,
                            Formats.wordOr(
                                    "nan",
                                    Choice.of(Double.NaN),
                                    Formats.decimal().as(Choice::of)))),
            Choice.of(REJECT),
            REJECT,
            "The number that stands for a null before the steps, nan, for one_hot zeros, or reject.");
    private static final Key<Transform.EpochUnit> UNIT = Key.optional(
            "unit",
            Formats.oneOf(Transform.EpochUnit.class),
            Transform.EpochUnit.SECONDS,
            "seconds",
            "For epoch: what is counted.");
    private static final Key<Double> MEAN =
            Key.optional("mean", Formats.decimal(), "For standardize: what is subtracted.");
    private static final Key<Double> DEVIATION =
            Key.optional("deviation", Formats.decimal(), "For standardize: what is divided by; not 0.");
    private static final Key<Double> MIN = Key.optional("min", Formats.decimal(), "For clip: the least value.");
    private static final Key<Double> MAX = Key.optional("max", Formats.decimal(), "For clip: the largest value.");
    private static final Key<List<Double>> BOUNDARIES = Key.optional(
            "boundaries", Formats.list(Formats.decimal(), 1), "For bucketize: ascending limits between the buckets.");
    private static final Key<Long> BUCKETS = Key.optional(
            "buckets", Formats.integer(1, Integer.MAX_VALUE), "For hash_bucket: how many buckets there are.");

    /** The transforms that each parameter belongs to. */
    private static final Map<Key<?>, Set<String>> OWNERS = owners();

    private final VocabularyFiles vocabularies;

    FeatureFormat(VocabularyFiles vocabularies) {
        this.vocabularies = vocabularies;
    }

    MappingFormat<Feature> format() {
        List<Key<?>> keys = new ArrayList<>(List.of(COLUMN, TRANSFORM, TRANSFORMS));
        keys.addAll(OWNERS.keySet());
        keys.add(MISSING);
        return MappingFormat.of("a feature", keys, this::bind);
    }

    private @Nullable Feature bind(BoundMapping feature) {
        if (feature.has(TRANSFORM) && feature.has(TRANSFORMS)) {
            feature.problem(TRANSFORMS, "transform and transforms are both given; only one of them is allowed");
            return null;
        }
        List<String> chain = feature.has(TRANSFORMS) ? feature.get(TRANSFORMS) : List.of(feature.get(TRANSFORM));
        Key<?> chainKey = feature.has(TRANSFORMS) ? TRANSFORMS : TRANSFORM;
        refuseForeignParameters(feature, chain);
        refuseBadChain(feature, chainKey, chain);
        String first = READINGS.contains(chain.get(0)) ? chain.get(0) : "number";
        Transform.Reading reading = reading(feature, first);
        List<Transform.Step> steps = new ArrayList<>();
        for (String name : chain) {
            if (STEPS.contains(name)) {
                Transform.Step step = step(feature, name);
                if (step != null) {
                    steps.add(step);
                }
            }
        }
        return reading == null ? null : new Feature(feature.get(COLUMN), reading, steps, missing(feature, first));
    }

    private static void refuseForeignParameters(BoundMapping feature, List<String> chain) {
        OWNERS.forEach((key, owners) -> {
            if (feature.has(key) && owners.stream().noneMatch(chain::contains)) {
                feature.problem(
                        key,
                        "'" + key.name() + "' belongs to " + String.join(" and ", owners) + ", but the transform is "
                                + String.join(", ", chain));
            }
        });
    }

    private static void refuseBadChain(BoundMapping feature, Key<?> key, List<String> chain) {
        if (new HashSet<>(chain).size() < chain.size()) {
            feature.problem(key, "a transform appears twice");
        }
        for (String name : chain.subList(1, chain.size())) {
            if (READINGS.contains(name)) {
                feature.problem(key, "'" + name + "' reads the column, so it can only come first");
            }
        }
        if (chain.get(0).equals("one_hot") && chain.size() > 1) {
            feature.problem(key, "nothing can follow one_hot");
        }
    }

    private Transform.@Nullable Reading reading(BoundMapping feature, String name) {
        return switch (name) {
            case "month", "day_of_week", "hour", "day_of_year" ->
                new Transform.Calendar(Transform.CalendarField.valueOf(name.toUpperCase(Locale.ROOT)));
            case "epoch" -> new Transform.Epoch(feature.get(UNIT));
            case "boolean" -> new Transform.Truth();
            case "hash_bucket" -> {
                Long buckets = required(feature, BUCKETS, name);
                yield buckets == null ? null : new Transform.HashBucket(buckets.intValue());
            }
            case "index" -> {
                Vocabulary vocabulary = vocabulary(feature, name);
                Choice unknown = feature.get(UNKNOWN);
                if (unknown.word().equals(ZEROS)) {
                    feature.problem(UNKNOWN, "zeros belongs to one_hot; index takes a number or reject");
                }
                yield vocabulary == null
                        ? null
                        : new Transform.Index(
                                vocabulary,
                                feature.get(FIRST).intValue(),
                                unknown.word().isEmpty() ? (Integer) (int) unknown.number() : null);
            }
            case "one_hot" -> {
                Vocabulary vocabulary = vocabulary(feature, name);
                Choice unknown = feature.get(UNKNOWN);
                if (unknown.word().isEmpty()) {
                    feature.problem(UNKNOWN, "a number belongs to index; one_hot takes zeros or reject");
                }
                yield vocabulary == null
                        ? null
                        : new Transform.OneHot(vocabulary, unknown.word().equals(REJECT));
            }
            default -> new Transform.Number();
        };
    }

    private static Transform.@Nullable Step step(BoundMapping feature, String name) {
        return switch (name) {
            case "standardize" -> {
                Double mean = required(feature, MEAN, name);
                Double deviation = required(feature, DEVIATION, name);
                if (deviation != null && deviation == 0) {
                    feature.problem(DEVIATION, "the deviation is 0, and nothing can be divided by it");
                }
                yield mean == null || deviation == null ? null : new Transform.Standardize(mean, deviation);
            }
            case "clip" -> {
                Double min = required(feature, MIN, name);
                Double max = required(feature, MAX, name);
                if (min != null && max != null && min > max) {
                    feature.problem(MIN, "min " + min + " is greater than max " + max);
                }
                yield min == null || max == null ? null : new Transform.Clip(min, max);
            }
            case "bucketize" -> {
                List<Double> boundaries = required(feature, BOUNDARIES, name);
                yield boundaries == null ? null : bucketize(feature, boundaries);
            }
            default -> new Transform.Log1p();
        };
    }

    private static Transform.Bucketize bucketize(BoundMapping feature, List<Double> boundaries) {
        for (int i = 1; i < boundaries.size(); i++) {
            if (boundaries.get(i) <= boundaries.get(i - 1)) {
                feature.problem(
                        BOUNDARIES,
                        "the boundaries must ascend, but " + boundaries.get(i) + " follows " + boundaries.get(i - 1));
            }
        }
        return new Transform.Bucketize(
                boundaries.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static @Nullable Double missing(BoundMapping feature, String reading) {
        Choice missing = feature.get(MISSING);
        boolean oneHot = reading.equals("one_hot");
        if (missing.word().equals(REJECT)) {
            return null;
        }
        if (missing.word().equals(ZEROS) != oneHot) {
            feature.problem(
                    MISSING,
                    oneHot
                            ? "one_hot takes zeros or reject for a null"
                            : "zeros belongs to one_hot; " + reading + " takes a number, nan or reject");
        }
        return oneHot ? Double.valueOf(-1) : Double.valueOf(missing.number());
    }

    private @Nullable Vocabulary vocabulary(BoundMapping feature, String name) {
        if (feature.has(VOCABULARY) == feature.has(VALUES)) {
            feature.problem(name + " needs one of vocabulary and values");
            return null;
        }
        if (feature.has(VALUES)) {
            List<String> values = feature.get(VALUES);
            if (new HashSet<>(values).size() < values.size()) {
                feature.problem(VALUES, "a value appears twice");
            }
            return new Vocabulary("values", values);
        }
        try {
            return vocabularies.read(feature.get(VOCABULARY));
        } catch (IllegalArgumentException e) {
            feature.problem(VOCABULARY, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static <T> @Nullable T required(BoundMapping feature, Key<T> key, String transform) {
        T value = feature.find(key);
        if (value == null) {
            feature.problem("the transform " + transform + " needs '" + key.name() + "': "
                    + key.format().expected());
        }
        return value;
    }

    private static ValueFormat<Choice> word(String word, ValueFormat<Choice> other) {
        return Formats.wordOr(word, Choice.of(word), other);
    }

    private static ValueFormat<Choice> number(ValueFormat<Long> whole) {
        return whole.as(value -> Choice.of(value.doubleValue()));
    }

    private static ValueFormat<String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        READINGS.forEach(name -> names.put(name, name));
        STEPS.forEach(name -> names.put(name, name));
        return Formats.word(names);
    }

    private static Map<Key<?>, Set<String>> owners() {
        Map<Key<?>, Set<String>> owners = new LinkedHashMap<>();
        owners.put(VOCABULARY, Set.of("index", "one_hot"));
        owners.put(VALUES, Set.of("index", "one_hot"));
        owners.put(FIRST, Set.of("index"));
        owners.put(UNKNOWN, Set.of("index", "one_hot"));
        owners.put(UNIT, Set.of("epoch"));
        owners.put(MEAN, Set.of("standardize"));
        owners.put(DEVIATION, Set.of("standardize"));
        owners.put(MIN, Set.of("clip"));
        owners.put(MAX, Set.of("clip"));
        owners.put(BOUNDARIES, Set.of("bucketize"));
        owners.put(BUCKETS, Set.of("hash_bucket"));
        return owners;
    }
}
