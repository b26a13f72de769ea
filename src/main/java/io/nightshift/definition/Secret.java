package io.nightshift.definition;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a secret is kept, never the secret itself: whatever prints or stores settings cannot give it away.
 *
 * @param place of what, the variable or the file
 */
public record Secret(Place place, String name) {

    private static final long LARGEST_FILE = 4096;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Key<String> ENV = Key.optional(
            "env", Formats.text(VARIABLE, "the name of an environment variable"), "The environment variable with it.");
    private static final Key<String> FILE =
            Key.optional("file", Formats.text(), "The file with it; a line end at its end does not count.");

    /** Environment variable, or file. */
    public enum Place {
        ENV,
        FILE
    }

    /** @param what it is, with its article: {@code "a password"} */
    public static ValueFormat<Secret> format(String what) {
        return MappingFormat.of(what, List.of(ENV, FILE), Secret::bind).exactlyOneOf(List.of(ENV, FILE));
    }

    private static Secret bind(BoundMapping keys) {
        String variable = keys.find(ENV);
        return variable != null ? new Secret(Place.ENV, variable) : new Secret(Place.FILE, keys.get(FILE));
    }

    /**
     * Reads the secret; a line end at the end of a file is not part of it.
     *
     * @param unreadable the code of the failure where the variable is not set or the file cannot be read
     * @throws NightshiftException with that code
     */
    public String read(Map<String, String> environment, FailureCode unreadable) {
        return switch (place) {
            case ENV -> fromEnvironment(environment, unreadable);
            case FILE -> fromFile(unreadable);
        };
    }

    private String fromEnvironment(Map<String, String> environment, FailureCode unreadable) {
        String value = environment.get(name);
        if (value == null) {
            throw new NightshiftException(
                    unreadable, "the environment variable " + name + " with the secret is not set");
        }
        return value;
    }

    private String fromFile(FailureCode unreadable) {
        try {
            if (Files.size(Path.of(name)) > LARGEST_FILE) {
                throw new NightshiftException(
                        unreadable, "the secret's file " + name + " has more than " + LARGEST_FILE + " bytes");
            }
            return Files.readString(Path.of(name)).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new NightshiftException(
                    unreadable,
                    "the secret's file " + name + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }
}
