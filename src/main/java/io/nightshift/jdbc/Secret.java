package io.nightshift.jdbc;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a password is kept, never the password itself: whatever prints or stores settings cannot give it away.
 *
 * @param place of what, the variable or the file
 */
public record Secret(Place place, String name) {

    private static final long LARGEST_FILE = 4096;

    /** Environment variable, or file. */
    public enum Place {
        ENV,
        FILE
    }

    /**
     * Reads the password; a line end at the end of a file is not part of it.
     *
     * @throws NightshiftException DATABASE_FAILED where the variable is not set or the file cannot be read
     */
    String read(Map<String, String> environment) {
        return switch (place) {
            case ENV -> fromEnvironment(environment);
            case FILE -> fromFile();
        };
    }

    private String fromEnvironment(Map<String, String> environment) {
        String value = environment.get(name);
        if (value == null) {
            throw new NightshiftException(
                    FailureCode.DATABASE_UNUSABLE, "the environment variable " + name + " for the password is not set");
        }
        return value;
    }

    private String fromFile() {
        try {
            if (Files.size(Path.of(name)) > LARGEST_FILE) {
                throw new NightshiftException(
                        FailureCode.DATABASE_UNUSABLE,
                        "the password file " + name + " has more than " + LARGEST_FILE + " bytes");
            }
            return Files.readString(Path.of(name)).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new NightshiftException(
                    FailureCode.DATABASE_UNUSABLE,
                    "the password file " + name + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }
}
