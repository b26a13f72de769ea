package io.nightshift.jdbc;

import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file: the named databases and their roles. Immutable.
 *
 * @param databases by name, in the order of the file
 * @param metadata name of the database that keeps the record of runs, or null for the embedded one
 * @param results name of the database that keeps results, or null for that of the metadata
 * @param lease how long a process that is silent keeps its run
 */
public record DatabaseConfiguration(
        Map<String, DatabaseSettings> databases,
        @Nullable String metadata,
        @Nullable String results,
        Duration lease) {

    static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    /** What holds where no file says otherwise: everything in the embedded database. */
    public static final DatabaseConfiguration NONE = new DatabaseConfiguration(Map.of(), null, null, DEFAULT_LEASE);

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
