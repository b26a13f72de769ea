package io.nightshift.jdbc;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Secret;
import io.nightshift.definition.Section;
import io.nightshift.definition.ValueFormat;
import io.nightshift.failure.Suggestion;
import io.nightshift.jdbc.DatabaseSettings.Timeouts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the configuration file names databases. */
final class ConfigurationFormat {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final ValueFormat<Duration> TIMEOUT = Formats.duration(Duration.ofSeconds(1), Duration.ofDays(1));
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(30);
    private static final int DEFAULT_POOL = 20;
    private static final int LARGEST_POOL = 1000;

    private static final Key<Duration> CONNECT = timeout(
            "connect",
            Timeouts.DEFAULT.connect(),
            "10s",
            "Longest wait for the server to let in, or for a free connection of the pool.");
    private static final Key<Duration> SOCKET = Key.optional(
            "socket",
            TIMEOUT,
            "Longest wait for the network; above `statement`. Default: a minute more than `statement`, so 7m.");
    private static final Key<Duration> STATEMENT = timeout(
            "statement", Timeouts.DEFAULT.statement(), "6m", "Longest time for one statement or one fetch of rows.");
    private static final Key<Duration> LOCK =
            timeout("lock", Timeouts.DEFAULT.lock(), "30s", "Longest wait for a lock that another transaction holds.");
    private static final Key<Duration> PUBLISH = Key.optional(
            "publish",
            TIMEOUT,
            "Longest time for one statement that publishes a run in its result database: the unique key of its rows, the merge"
                    + " of `mode: upsert`, each of `post_process`. The network is waited for so much longer, too."
                    + " Default: that of `statement`.");

    private static final Key<DatabaseUrl> URL = Key.required(
            "url",
            Formats.confidential("a JDBC URL", DatabaseUrl::parse),
            "JDBC URL of PostgreSQL, H2, MySQL or MariaDB, without user and password. Of the driver's options only harmless"
                    + " ones are taken.");
    private static final Key<String> USER = Key.optional("user", Formats.text(), "Who logs in.");
    private static final Key<Secret> PASSWORD = Key.optional(
            "password",
            Secret.format("a password"),
            "Where the password is kept; it is read when the database is first used.");
    private static final Key<Long> POOL = Key.optional(
            "pool",
            Formats.integer(1, LARGEST_POOL),
            (long) DEFAULT_POOL,
            String.valueOf(DEFAULT_POOL),
            "Most connections at once.");
    private static final Key<Timeouts> TIMEOUTS = Key.optional(
            "timeouts",
            MappingFormat.of(
                    "timeouts", List.of(CONNECT, SOCKET, STATEMENT, LOCK, PUBLISH), ConfigurationFormat::bindTimeouts),
            Timeouts.DEFAULT,
            "",
            "When to give up waiting.");

    /** A database that does not know its name yet. */
    private static final MappingFormat<DatabaseSettings> DATABASE = MappingFormat.of(
            "a database", List.of(URL, USER, PASSWORD, POOL, TIMEOUTS), ConfigurationFormat::bindDatabase);

    private static final Key<Map<String, DatabaseSettings>> DATABASES = Key.optional(
            "databases",
            Formats.mapOf(
                    NAME,
                    "a database name of lower case letters, digits, '-' and '_' that starts with a letter",
                    DATABASE),
            Map.of(),
            "",
            "The databases that jobs may name, by name.");
    private static final Key<String> METADATA = Key.optional(
            "metadata",
            Formats.text(),
            "The database that keeps the record of runs, a PostgreSQL one of `databases`. Default: the embedded database of the"
                    + " home, which one process uses at a time.");
    private static final Key<String> RESULTS = Key.optional(
            "results",
            Formats.text(),
            "The database that keeps results, a PostgreSQL one of `databases`. Default: that of the metadata.");
    private static final Key<Duration> LEASE = Key.optional(
            "lease",
            Formats.duration(SHORTEST_LEASE, LONGEST_LEASE),
            DatabaseConfiguration.DEFAULT_LEASE,
            "30s",
            "How long a run stays with a process that gives no sign; then any other process takes it over. With `metadata` in"
                    + " PostgreSQL.");
    static final Section<DatabaseConfiguration> SECTION =
            new Section<>(List.of(DATABASES, METADATA, RESULTS, LEASE), ConfigurationFormat::bind);

    private ConfigurationFormat() {}

    private static Key<Duration> timeout(String name, Duration value, String text, String description) {
        return Key.optional(name, TIMEOUT, value, text, description);
    }

    private static Timeouts bindTimeouts(BoundMapping keys) {
        Duration statement = keys.get(STATEMENT);
        Timeouts timeouts = new Timeouts(
                keys.get(CONNECT),
                Objects.requireNonNullElse(keys.find(SOCKET), statement.plus(Timeouts.ABOVE_STATEMENT)),
                statement,
                keys.get(LOCK),
                Objects.requireNonNullElse(keys.find(PUBLISH), statement));
        if (timeouts.socket().compareTo(timeouts.statement()) <= 0) {
            keys.problem(
                    keys.has(SOCKET) ? SOCKET : STATEMENT,
                    "the socket timeout must be above the statement timeout, so that the server's own error arrives first");
        }
        return timeouts;
    }

    private static DatabaseSettings bindDatabase(BoundMapping keys) {
        return new DatabaseSettings(
                "",
                keys.get(URL),
                keys.find(USER),
                keys.find(PASSWORD),
                Math.toIntExact(keys.get(POOL)),
                keys.get(TIMEOUTS));
    }

    private static DatabaseConfiguration bind(BoundMapping keys) {
        Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
        keys.get(DATABASES).forEach((name, settings) -> databases.put(name, settings.named(name)));
        return new DatabaseConfiguration(
                databases, role(keys, METADATA, databases), role(keys, RESULTS, databases), keys.get(LEASE));
    }

    private static @Nullable String role(BoundMapping keys, Key<String> role, Map<String, DatabaseSettings> databases) {
        String name = keys.find(role);
        DatabaseSettings settings = name == null ? null : databases.get(name);
        if (name != null && settings == null) {
            keys.problem(
                    role, "there is no database '" + name + "' here" + Suggestion.suffix(name, databases.keySet()));
        }
        if (settings != null && settings.url().dialect() != Dialect.POSTGRESQL) {
            keys.problem(role, "only PostgreSQL can have this role, and '" + name + "' is " + settings.url());
        }
        return name;
    }
}
