package io.nightshift.definition;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a mapping whose keys were all read without a problem. Its binder makes the typed value from it, and may
 * still report what only several keys together show.
 */
public final class BoundMapping {

    private final Node.Mapping node;
    private final Map<Key<?>, Object> values;
    private final Problems problems;

    BoundMapping(Node.Mapping node, Map<Key<?>, Object> values, Problems problems) {
        this.node = node;
        this.values = values;
        this.problems = problems;
    }

    /** The value or default of a key that is required or has a default. */
    public <T> T get(Key<T> key) {
        return Objects.requireNonNull(find(key), () -> "key " + key.name() + " is optional and has no default");
    }

    /** The value of a key, its default, or null. */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T find(Key<T> key) {
        Object value = values.get(key);
        return value != null ? (T) value : key.defaultValue();
    }

    /** Whether the key was written, default or not. */
    public boolean has(Key<?> key) {
        return values.containsKey(key);
    }

    /** Where the key's value stands, or the mapping where the key is missing. */
    public Place place(Key<?> key) {
        Node.Entry entry = node.entries().get(key.name());
        return entry == null ? node.place() : entry.value().place();
    }

    /** Where the mapping stands. */
    public Place place() {
        return node.place();
    }

    /** Reports a problem at a key's value. */
    public void problem(Key<?> key, String message) {
        problems.add(place(key), message);
    }

    /** Reports a problem of the mapping as a whole. */
    public void problem(String message) {
        problems.add(place(), message);
    }
}
