package io.nightshift.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.nightshift.definition.Secret;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The named databases. A pool is opened when its database is first asked for, and then kept until closing, which closes
 * all of them. Thread-safe.
 */
public final class Databases implements AutoCloseable {

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration LONGEST_VALIDATION = Duration.ofSeconds(5);

    private final DatabaseConfiguration configuration;
    private final Map<String, String> environment;
    private final Map<String, HikariDataSource> pools = new ConcurrentHashMap<>();

    /** @param environment where passwords may be kept */
    public Databases(DatabaseConfiguration configuration, Map<String, String> environment) {
        this.configuration = configuration;
        this.environment = environment;
    }

    public DatabaseConfiguration configuration() {
        return configuration;
    }

    /**
     * @throws NightshiftException DATABASE_UNKNOWN, with the nearest name
     */
    public DatabaseSettings settings(String name) {
        DatabaseSettings settings = configuration.databases().get(name);
        if (settings == null) {
            throw new NightshiftException(
                    FailureCode.DATABASE_UNKNOWN,
                    "there is no database '" + name + "' in the configuration"
                            + (configuration.databases().isEmpty()
                                    ? " (it names none)"
                                    : " (there are "
                                            + String.join(
                                                    ", ",
                                                    configuration.databases().keySet()) + ")")
                            + Suggestion.suffix(name, configuration.databases().keySet())
                            + "; databases are named in " + DatabaseConfiguration.DEFAULT_FILE
                            + " or the file given with --config");
        }
        return settings;
    }

    public Dialect dialect(String name) {
        return settings(name).url().dialect();
    }

    /**
     * Refuses a pool that is too small for what is to happen, before anything has: threads that wait for each other's
     * connections would wait until the time-out.
     *
     * @param purpose what needs the connections, in words
     * @throws NightshiftException DATABASE_UNKNOWN, DATABASE_UNUSABLE
     */
    public void requirePool(String name, int connections, String purpose) {
        int pool = settings(name).pool();
        if (pool < connections) {
            throw new NightshiftException(
                    FailureCode.DATABASE_UNUSABLE,
                    "the database '" + name + "' has a pool of " + pool + " connections, and " + purpose + " needs "
                            + connections + "; set databases." + name + ".pool to at least " + connections
                            + ", or lower compute.threads");
        }
    }

    /**
     * The pool of a database, opened with one connection to see that it lets us in.
     *
     * @throws NightshiftException DATABASE_UNKNOWN; DATABASE_UNUSABLE where secret, login, database or driver are wrong;
     *     DATABASE_FAILED where it cannot be reached
     */
    public DataSource of(String name) {
        DatabaseSettings settings = settings(name);
        return pools.computeIfAbsent(name, key -> open(settings));
    }

    private HikariDataSource open(DatabaseSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("database-" + settings.name());
        pool.setJdbcUrl(settings.url().text());
        if (settings.user() != null) {
            pool.setUsername(settings.user());
        }
        if (settings.password() != null) {
            pool.setPassword(password(settings, settings.password()));
        }
        pool.setMaximumPoolSize(settings.pool());
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(IDLE.toMillis());
        Duration connect = settings.timeouts().connect();
        pool.setConnectionTimeout(connect.toMillis());
        pool.setValidationTimeout(Math.min(connect.toMillis(), LONGEST_VALIDATION.toMillis()));
        // One try, now: a wrong password does not become right by waiting.
        pool.setInitializationFailTimeout(1);
        pool.setConnectionInitSql(DriverTimeouts.sessionSql(settings));
        Properties driver = DriverTimeouts.properties(settings);
        driver.stringPropertyNames().forEach(key -> pool.addDataSourceProperty(key, driver.getProperty(key)));
        try {
            return new HikariDataSource(pool);
        } catch (PoolInitializationException e) {
            throw DatabaseFailure.connecting(settings.name(), settings.url(), e);
        } catch (RuntimeException e) {
            // Hikari's own exceptions about a driver carry no type.
            throw new NightshiftException(
                    FailureCode.DATABASE_UNUSABLE,
                    "no driver for the database '" + settings.name() + "' (" + settings.url() + "): " + e.getMessage()
                            + "; put the driver's jar on the class path",
                    e);
        }
    }

    private String password(DatabaseSettings settings, Secret secret) {
        try {
            return secret.read(environment, FailureCode.DATABASE_UNUSABLE);
        } catch (NightshiftException e) {
            throw e.at("databases." + settings.name() + ".password");
        }
    }

    @Override
    public void close() {
        pools.values().forEach(HikariDataSource::close);
    }
}
