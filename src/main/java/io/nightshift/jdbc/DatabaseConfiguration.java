package io.nightshift.jdbc;

import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file: the named databases. Immutable.
 *
 * @param databases by name, in the order of the file
 */
public record DatabaseConfiguration(Map<String, DatabaseSettings> databases) {

    /** What holds where no file says otherwise: no named database. */
    public static final DatabaseConfiguration NONE = new DatabaseConfiguration(Map.of());

    /** The file's name in the working directory, where nobody names another. */
    public static final String DEFAULT_FILE = "nightshift.yaml";

    public DatabaseConfiguration {
        databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
    }

    /** Loads the file that somebody named, or else {@value #DEFAULT_FILE} where there is one.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the file
     */
    public static DatabaseConfiguration load(@Nullable Path named) {
        if (named == null && !Files.exists(Path.of(DEFAULT_FILE))) {
            return NONE;
        }
        return load(named == null ? Path.of(DEFAULT_FILE) : named, new Problems());
    }

    private static DatabaseConfiguration load(Path file, Problems problems) {
        Document document = Document.read(file, problems);
        DatabaseConfiguration configuration =
                document == null ? null : ConfigurationFormat.FORMAT.read(document.root(), problems);
        problems.throwIfAny();
        return configuration == null ? NONE : configuration;
    }
}
