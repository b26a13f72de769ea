package io.nightshift.jdbc;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database's error means, by its SQLSTATE: who can mend it, and whether trying again helps. */
final class DatabaseFailure {

    /** Lost connections, a server that goes down or comes up, and one that is short of something. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53");

    private static final Set<String> PASSING = Set.of("40001", "40P01", "57P01", "57P02", "57P03", "HYT00");
    /** Login, database or schema do not exist or are not for us. */
    private static final Set<String> REFUSING_CLASSES = Set.of("28", "3D");
    /** H2's own codes for a wrong login and a database that is not there. */
    private static final Set<String> REFUSING = Set.of("90146", "90124");

    private static final int DEEPEST_CAUSE = 20;

    private DatabaseFailure() {}

    /** Whether the same statement may succeed on a new connection a little later, with nothing changed by a person. */
    static boolean passes(Throwable thrown) {
        String state = state(thrown);
        return state != null
                && (PASSING.contains(state)
                        || PASSING_CLASSES.contains(state.substring(0, Math.min(2, state.length()))));
    }

    static NightshiftException connecting(String database, DatabaseUrl url, Throwable thrown) {
        String state = state(thrown);
        boolean refused = state != null
                && (REFUSING.contains(state)
                        || REFUSING_CLASSES.contains(state.substring(0, Math.min(2, state.length()))));
        return new NightshiftException(
                refused ? FailureCode.DATABASE_UNUSABLE : FailureCode.DATABASE_FAILED,
                "the database '" + database + "' (" + url + ") "
                        + (refused ? "does not let us in: " : "cannot be reached: ") + message(thrown),
                thrown);
    }

    /** The SQLSTATE of the deepest cause that has one: what wraps it speaks of the pool only. */
    static @Nullable String state(Throwable thrown) {
        String state = null;
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < DEEPEST_CAUSE; depth++) {
            if (next instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
            next = next.getCause();
        }
        return state;
    }

    /** The database's own words and code, on one line. */
    static String message(Throwable thrown) {
        Throwable said = thrown;
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < DEEPEST_CAUSE; depth++) {
            if (next instanceof SQLException sql && sql.getSQLState() != null) {
                said = next;
            }
            next = next.getCause();
        }
        String text = String.valueOf(said.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return said instanceof SQLException sql && sql.getSQLState() != null
                ? text + " (SQLSTATE " + sql.getSQLState() + ")"
                : text;
    }
}
