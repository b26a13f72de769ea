package io.nightshift.definition;

import org.jspecify.annotations.Nullable;

/**
 * One key of a mapping, declared once: parser, JSON Schema and reference page all come from it. Immutable.
 *
 * @param name as written in the file
 * @param format how its value is written
 * @param required whether the mapping must have it
 * @param defaultValue the value where the key is missing, or null for none
 * @param defaultText the default as a user would write it; empty for none
 * @param description one sentence for editors and the reference page
 */
public record Key<T>(
        String name,
        ValueFormat<T> format,
        boolean required,
        @Nullable T defaultValue,
        String defaultText,
        String description) {

    public static <T> Key<T> required(String name, ValueFormat<T> format, String description) {
        return new Key<>(name, format, true, null, "", description);
    }

    /** A key that may be missing and then has no value. */
    public static <T> Key<T> optional(String name, ValueFormat<T> format, String description) {
        return new Key<>(name, format, false, null, "", description);
    }

    /** A key that may be missing and then has this value. */
    public static <T> Key<T> optional(
            String name, ValueFormat<T> format, T defaultValue, String defaultText, String description) {
        return new Key<>(name, format, false, defaultValue, defaultText, description);
    }

    /** What an editor shows: the description and the default. */
    String meaning() {
        return defaultText.isEmpty() ? description : description + " Default: " + defaultText + ".";
    }
}
