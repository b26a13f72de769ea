package io.nightshift.definition;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a file that several packages share, each with keys of its own: whoever knows them all puts the sections together
 * into one {@link MappingFormat}. Immutable.
 *
 * @param keys in the order of the reference page
 * @param binder makes the section's value, or reports problems through the {@link BoundMapping} and returns null or any value
 * @param <T> what the keys become
 */
public record Section<T>(List<Key<?>> keys, Function<BoundMapping, @Nullable T> binder) {

    public Section {
        keys = List.copyOf(keys);
    }
}
