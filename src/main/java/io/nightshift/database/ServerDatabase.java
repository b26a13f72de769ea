package io.nightshift.database;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL database with a role, brought to the ledger's version. */
final class ServerDatabase {

    /** Class of the SQLSTATEs of statements that the server does not take from this user or does not understand. */
    private static final String REFUSED = "42";

    /** How Flyway's message begins where it was to mark a schema as another program's and found its own table in it. */
    private static final String TAKEN_FOR_STRANGE = "Unable to baseline schema history table";

    private ServerDatabase() {}

    /**
     * @param silence after which the server ends a transaction
     * @throws NightshiftException HOME_INCOMPATIBLE where another version of Nightshift made its tables, DATABASE_FAILED where
     *     it refuses to make them
     */
    static LedgerDatabase migrated(DatabaseRoles.Named named, Duration silence) {
        String name = named.name();
        try {
            migrate(SchemaHistory.POSTGRESQL.of(named.dataSource()));
        } catch (FlywayValidateException e) {
            throw new NightshiftException(
                    FailureCode.HOME_INCOMPATIBLE,
                    "the ledger's tables in the database '" + name + "' were made by another version of Nightshift: "
                            + Causes.firstLine(e) + "; nothing was changed. Use the version that made them, or another"
                            + " database or schema (currentSchema in the URL)",
                    e);
        } catch (FlywayException e) {
            SQLException cause = sqlCause(e);
            boolean refused =
                    cause != null && String.valueOf(cause.getSQLState()).startsWith(REFUSED);
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the ledger's tables cannot be made in the database '" + name + "': "
                            + Causes.firstLine(cause == null ? e : cause)
                            + "; nothing was started."
                            + (refused
                                    ? " Its user needs the right to create tables in its schema, and no other program's tables"
                                            + " may have these names; another database or schema (currentSchema in the URL)"
                                            + " may be used"
                                    : " Once the server can be reached, the same command may be given again"),
                    e);
        }
        return LedgerDatabase.ofServer(named, silence);
    }

    /**
     * Looks again where Flyway takes another process's tables for another program's: it asks first for its own table, then whether
     * there are others, and they may come between the two. At the second look it finds its table, and waits for the other process.
     */
    private static void migrate(Flyway flyway) {
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            if (!Causes.firstLine(e).startsWith(TAKEN_FOR_STRANGE)) {
                throw e;
            }
            flyway.migrate();
        }
    }

    private static @Nullable SQLException sqlCause(FlywayException failure) {
        return Causes.of(failure).stream()
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst()
                .orElse(null);
    }
}
