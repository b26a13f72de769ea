package io.nightshift.definition;

import io.nightshift.failure.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping with declared keys. Every key is read, so that all problems come together; the binder runs only when the
 * keys had none. Immutable.
 *
 * @param <T> what the mapping becomes
 */
public final class MappingFormat<T> implements ValueFormat<T> {

    private final String name;
    private final List<Key<?>> keys;
    private final List<Key<?>> alternatives;
    private final boolean single;
    private final Function<BoundMapping, @Nullable T> binder;

    private MappingFormat(
            String name,
            List<Key<?>> keys,
            List<Key<?>> alternatives,
            boolean single,
            Function<BoundMapping, @Nullable T> binder) {
        this.name = name;
        this.keys = List.copyOf(keys);
        this.alternatives = List.copyOf(alternatives);
        this.single = single;
        this.binder = binder;
    }

    /**
     * @param name what the mapping is, with its article: {@code "a job"}
     * @param binder makes the value, or reports problems through the {@link BoundMapping} and returns null or any value
     */
    public static <T> MappingFormat<T> of(
            String name, List<? extends Key<?>> keys, Function<BoundMapping, @Nullable T> binder) {
        return new MappingFormat<>(name, List.copyOf(keys), List.of(), false, binder);
    }

    /** The same, with exactly one of these of its keys. */
    public MappingFormat<T> exactlyOneOf(List<? extends Key<?>> choice) {
        return new MappingFormat<>(name, keys, List.copyOf(choice), true, binder);
    }

    /** The same, with at least one of these of its keys. */
    public MappingFormat<T> atLeastOneOf(List<? extends Key<?>> choice) {
        return new MappingFormat<>(name, keys, List.copyOf(choice), false, binder);
    }

    public String name() {
        return name;
    }

    public List<Key<?>> keys() {
        return keys;
    }

    @Override
    public @Nullable T read(Node node, Problems problems) {
        if (!(node instanceof Node.Mapping mapping)) {
            problems.add(node.place(), node.kind() + " is not " + expected());
            return null;
        }
        int before = problems.size();
        Map<Key<?>, Object> values = new HashMap<>();
        Set<String> misspelt = refuseUnknownKeys(mapping, problems);
        for (Key<?> key : keys) {
            if (!misspelt.contains(key.name())) {
                readKey(key, mapping, values, problems);
            }
        }
        if (alternatives.stream().noneMatch(key -> misspelt.contains(key.name()))) {
            checkAlternatives(mapping, problems);
        }
        if (problems.size() > before) {
            return null;
        }
        T value = binder.apply(new BoundMapping(mapping, values, problems));
        return problems.size() > before ? null : value;
    }

    private static void readKey(Key<?> key, Node.Mapping mapping, Map<Key<?>, Object> values, Problems problems) {
        Node.Entry entry = mapping.entries().get(key.name());
        if (entry == null) {
            if (key.required()) {
                problems.add(
                        mapping.place(),
                        "the key '" + key.name() + "' is missing: "
                                + key.format().expected());
            }
            return;
        }
        Object value = key.format().read(entry.value(), problems);
        if (value != null) {
            values.put(key, value);
        }
    }

    /** Gives the keys that are likely there under a wrong name, so that they are not reported as missing too. */
    private Set<String> refuseUnknownKeys(Node.Mapping mapping, Problems problems) {
        Set<String> misspelt = new HashSet<>();
        List<String> known = names(keys);
        mapping.entries().forEach((key, entry) -> {
            if (known.contains(key)) {
                return;
            }
            Optional<String> meant = Suggestion.nearest(key, known)
                    .filter(name -> !mapping.entries().containsKey(name));
            meant.ifPresent(misspelt::add);
            problems.add(
                    entry.key(),
                    "unknown key '" + key + "'"
                            + meant.map(name -> ", did you mean '" + name + "'?")
                                    .orElse("; " + name + " has " + String.join(", ", known)));
        });
        return misspelt;
    }

    private void checkAlternatives(Node.Mapping mapping, Problems problems) {
        if (alternatives.isEmpty()) {
            return;
        }
        List<String> choice = names(alternatives);
        List<String> present =
                choice.stream().filter(mapping.entries()::containsKey).toList();
        if (present.isEmpty()) {
            problems.add(
                    mapping.place(),
                    name + " needs " + (single ? "one" : "at least one") + " of " + String.join(", ", choice));
        } else if (single && present.size() > 1) {
            problems.add(
                    mapping.place(), name + " has " + String.join(" and ", present) + "; only one of them is allowed");
        }
    }

    private static List<String> names(List<Key<?>> keys) {
        return keys.stream().<String>map(Key::name).toList();
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            Map<String, Object> property = new LinkedHashMap<>();
            property.put("description", key.meaning());
            property.putAll(key.format().schema());
            properties.put(key.name(), property);
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        List<String> required =
                keys.stream().filter(Key::required).<String>map(Key::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (!alternatives.isEmpty()) {
            List<Map<String, Object>> choice = new ArrayList<>();
            names(alternatives).forEach(key -> choice.add(JsonSchema.of("required", List.of(key))));
            schema.put(single ? "oneOf" : "anyOf", choice);
        }
        schema.put("properties", properties);
        return schema;
    }

    @Override
    public String expected() {
        return name + " with the keys " + String.join(", ", names(keys));
    }
}
