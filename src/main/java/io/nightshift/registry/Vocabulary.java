package io.nightshift.registry;

import java.util.List;

/**
 * The known texts of a category, in the order that gives them their numbers. Immutable.
 *
 * @param source the file's name, or {@code values} where they stand in model.yaml itself
 * @param values unique texts, at least one
 */
public record Vocabulary(String source, List<String> values) {

    public Vocabulary {
        values = List.copyOf(values);
    }

    public int size() {
        return values.size();
    }
}
