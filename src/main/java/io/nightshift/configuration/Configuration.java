package io.nightshift.configuration;

import io.nightshift.alert.AlertSettings;
import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Document;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Problems;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.queue.QueueLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration file says, each section as the package has it that it configures. Immutable.
 *
 * @param databases the named databases and their roles
 * @param queue how much is done at once
 * @param alerts who is told what, and when
 */
public record Configuration(DatabaseConfiguration databases, QueueLimits queue, AlertSettings alerts) {

    private static final List<Key<?>> KEYS = Stream.of(
                    DatabaseConfiguration.SECTION, QueueLimits.SECTION, AlertSettings.SECTION)
            .<Key<?>>flatMap(section -> section.keys().stream())
            .toList();

    static final MappingFormat<Configuration> FORMAT = MappingFormat.of("the configuration", KEYS, Configuration::bind);

    /** What holds where no file says otherwise. */
    public static final Configuration NONE =
            new Configuration(DatabaseConfiguration.NONE, QueueLimits.DEFAULT, AlertSettings.DEFAULT);

    /**
     * Loads the file that somebody named, or else {@value DatabaseConfiguration#DEFAULT_FILE} where there is one.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the file
     */
    public static Configuration load(@Nullable Path named) {
        if (named == null && !Files.exists(Path.of(DatabaseConfiguration.DEFAULT_FILE))) {
            return NONE;
        }
        return load(named == null ? Path.of(DatabaseConfiguration.DEFAULT_FILE) : named, new Problems());
    }

    private static Configuration load(Path file, Problems problems) {
        Document document = Document.read(file, problems);
        Configuration configuration = document == null ? null : FORMAT.read(document.root(), problems);
        problems.throwIfAny();
        return configuration == null ? NONE : configuration;
    }

    private static @Nullable Configuration bind(BoundMapping keys) {
        DatabaseConfiguration databases = DatabaseConfiguration.SECTION.binder().apply(keys);
        QueueLimits queue = QueueLimits.SECTION.binder().apply(keys);
        AlertSettings alerts = AlertSettings.SECTION.binder().apply(keys);
        return databases == null || queue == null || alerts == null
                ? null
                : new Configuration(databases, queue, alerts);
    }
}
