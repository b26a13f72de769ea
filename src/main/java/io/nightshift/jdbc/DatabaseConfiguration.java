package io.nightshift.jdbc;

import io.nightshift.definition.Section;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration file says of databases: which there are, and their roles. Immutable.
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

    /** Its keys in the configuration file. */
    public static final Section<DatabaseConfiguration> SECTION = ConfigurationFormat.SECTION;

    public DatabaseConfiguration {
        databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
    }
}
