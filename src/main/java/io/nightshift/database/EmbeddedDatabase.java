package io.nightshift.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.nightshift.failure.DiskSpace;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** The database in the home, brought to its version. */
final class EmbeddedDatabase {

    static final String NAME = "embedded";

    /** One connection per worker, one for each of the run's own moves, progress and a reserve. */
    private static final int RESERVED_CONNECTIONS = 4;

    private EmbeddedDatabase() {}

    /** Opens the home's database, and makes it where there is none. */
    static HikariDataSource open(Home home) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("nightshift");
        // Every commit is written to the file before it returns: a committed chunk survives a killed process.
        pool.setJdbcUrl("jdbc:h2:file:" + home.database() + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        pool.setUsername("nightshift");
        pool.setPassword("");
        pool.setMaximumPoolSize(Runtime.getRuntime().availableProcessors() * 2 + RESERVED_CONNECTIONS);
        pool.setMinimumIdle(1);
        boolean isNew = !home.hasDatabase();
        try {
            return opened(pool, home);
        } catch (NightshiftException e) {
            if (isNew) {
                // Half a database would be in the way of the next try.
                home.removeDatabase();
            }
            throw e;
        }
    }

    private static HikariDataSource opened(HikariConfig pool, Home home) {
        HikariDataSource dataSource;
        try {
            dataSource = new HikariDataSource(pool);
        } catch (HikariPool.PoolInitializationException e) {
            throw failed(home, "cannot be opened", "Put its file back from a backup", e);
        }
        try {
            migrate(dataSource, home);
            home.markInitialised();
            return dataSource;
        } catch (RuntimeException e) {
            dataSource.close();
            throw e;
        }
    }

    private static void migrate(HikariDataSource dataSource, Home home) {
        try {
            Flyway flyway = SchemaHistory.H2.of(dataSource);
            if (home.initialised() && flyway.info().current() == null) {
                throw new NightshiftException(
                        FailureCode.HOME_UNUSABLE,
                        "the database in " + home.directory() + " is empty although it has held runs: its file was"
                                + " cut, replaced or removed; nothing was started. Put the file back from a backup, or"
                                + " remove the home to begin anew");
            }
            flyway.migrate();
        } catch (FlywayValidateException e) {
            throw new NightshiftException(
                    FailureCode.HOME_INCOMPATIBLE,
                    "the database in " + home.directory() + " was made by another version of Nightshift: "
                            + firstLines(e) + "; nothing was changed. Use the version that wrote it, or another home"
                            + " with --home",
                    e);
        } catch (FlywayException e) {
            throw failed(home, "cannot be brought to this version", "Look at " + home.directory(), e);
        }
    }

    private static NightshiftException failed(Home home, String what, String advice, RuntimeException cause) {
        if (DiskSpace.isExhausted(cause)) {
            return new NightshiftException(
                    FailureCode.DISK_FULL,
                    "the disk of the home " + home.directory() + " is full: its database " + what
                            + "; nothing was started, what it holds is kept",
                    cause);
        }
        return new NightshiftException(
                FailureCode.HOME_UNUSABLE,
                "the database in " + home.directory() + " " + what + ": " + firstLines(cause)
                        + "; nothing was started. " + advice + ", or name another home with --home",
                cause);
    }

    /** What libraries say on a first line, and the cause below it. */
    private static String firstLines(Throwable failure) {
        Throwable cause = failure.getCause();
        String own = String.valueOf(failure.getMessage()).lines().limit(2).collect(Collectors.joining(" "));
        return cause == null || own.contains(String.valueOf(cause.getMessage()))
                ? own
                : own + " ("
                        + String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + ")";
    }
}
