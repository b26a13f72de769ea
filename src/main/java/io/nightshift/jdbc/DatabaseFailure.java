package io.nightshift.jdbc;

import io.nightshift.failure.Causes;
import io.nightshift.failure.DiskSpace;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database's error means, by its SQLSTATE: who can mend it, and whether trying again helps. */
public final class DatabaseFailure {

    /** Lost connections, a server that goes down or comes up, and one that is short of something. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53");

    /**
     * Serialization failure, deadlock, a transaction that the server ended because we were silent, a lock that others hold, a server
     * that goes down or comes up.
     */
    private static final Set<String> PASSING =
            Set.of("25P03", "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "HYT00");

    /** A full disk of the server does not become empty by waiting a minute. */
    private static final String DISK_FULL = "53100";

    /** Login, database or schema do not exist or are not for us. */
    private static final Set<String> REFUSING_CLASSES = Set.of("28", "3D");
    /** H2's own codes for a wrong login and a database that is not there. */
    private static final Set<String> REFUSING = Set.of("90146", "90124");

    /** Of H2's own codes, which begin with 90 and mostly refuse a statement: connection or database closed or in use. */
    private static final Set<String> H2_CLOSED = Set.of("90007", "90020", "90067", "90098", "90121", "90135");

    /** A table or schema: PostgreSQL's codes, the standard's, and H2's where names are alike and where there is no table at all. */
    private static final Set<String> MISSING = Set.of("42P01", "3F000", "42S02", "42S03", "42S04");

    /** A statement that took too long, or that somebody ended, in PostgreSQL and H2. */
    private static final String CUT_OFF = "57014";

    /** The same in MariaDB and MySQL, whose SQLSTATE is that of other failures, too. */
    private static final Set<Integer> CUT_OFF_CODES = Set.of(1969, 3024);

    private static final String READ_ONLY = "25006";

    /** A lock that others hold, in PostgreSQL. */
    private static final String LOCKED = "55P03";

    private DatabaseFailure() {}

    /** Whether the same statement may succeed on a new connection a little later, with nothing changed by a person. */
    public static boolean passes(Throwable thrown) {
        String state = state(thrown);
        return state == null
                ? Causes.of(thrown).stream().anyMatch(DatabaseFailure::ofThePool)
                : !state.equals(DISK_FULL)
                        && (PASSING.contains(state)
                                || PASSING_CLASSES.contains(state.substring(0, Math.min(2, state.length()))));
    }

    /** Whether a failure, or any cause of it, is that a disk or a quota is full, the server's or this machine's. */
    public static boolean diskFull(@Nullable Throwable thrown) {
        return DiskSpace.isExhausted(thrown) || thrown != null && DISK_FULL.equals(state(thrown));
    }

    /** What the pool says without a code: no connection came free in time, or the one in hand was lost before. */
    private static boolean ofThePool(Throwable cause) {
        return cause instanceof SQLTransientConnectionException
                || cause instanceof SQLException && "Connection is closed".equals(cause.getMessage());
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

    /** A failure to read a source. */
    static NightshiftException reading(SourceQuery query, SQLException thrown) {
        String state = String.valueOf(state(thrown));
        FailureCode code = passes(thrown) ? FailureCode.DATABASE_FAILED : code(state);
        return new NightshiftException(
                code,
                switch (code) {
                            case INPUT_MISSING -> query + " is not there (any more): ";
                            case SCHEMA_MISMATCH -> query + " does not have a column: ";
                            case QUERY_INVALID -> "the database refuses the job's SQL for " + query + ": ";
                            case DATABASE_UNUSABLE -> query + " may not be read: ";
                            default -> query + " cannot be read: ";
                        }
                        + message(thrown)
                        + (cutOff(thrown)
                                ? "; where it is for the time, give statements more of it with databases."
                                        + query.database() + ".timeouts.statement, or an index less to do"
                                : state.equals(LOCKED) ? remedy(thrown) : ""),
                thrown);
    }

    /** What to do about a refusal of the result database, as the end of a sentence; empty where its own words say all. */
    public static String remedy(Throwable thrown) {
        return switch (String.valueOf(state(thrown))) {
            case DISK_FULL -> "; it is the server's disk, not that of this machine: make room there, then try again";
            case CUT_OFF ->
                "; where it is for the time: timeouts.statement of that database limits statements, and timeouts.publish"
                        + " those that publish a run; raise it, then try again";
            case LOCKED ->
                "; another session holds a lock on the table, or waits to change it; let it end, then try again";
            default -> "";
        };
    }

    /** Whether a server takes no writes at present: a standby, or one that is set so. */
    public static boolean readOnly(Throwable thrown) {
        return READ_ONLY.equals(state(thrown));
    }

    private static boolean cutOff(Throwable thrown) {
        SQLException deepest = deepest(thrown);
        return deepest != null
                && (CUT_OFF.equals(deepest.getSQLState()) || CUT_OFF_CODES.contains(deepest.getErrorCode()));
    }

    private static FailureCode code(String state) {
        if (MISSING.contains(state)) {
            return FailureCode.INPUT_MISSING;
        }
        if (state.equals("42703") || state.equals("42S22")) {
            return FailureCode.SCHEMA_MISMATCH;
        }
        if (state.equals("42501") || state.startsWith("28")) {
            return FailureCode.DATABASE_UNUSABLE;
        }
        if (state.startsWith("90") && !H2_CLOSED.contains(state)) {
            return FailureCode.QUERY_INVALID;
        }
        if (state.equals("HYC00")
                || state.startsWith("0A")
                || state.startsWith("42")
                || state.startsWith("22")
                || state.startsWith("21")
                || state.startsWith("07")) {
            return FailureCode.QUERY_INVALID;
        }
        return FailureCode.DATABASE_FAILED;
    }

    /** The SQLSTATE of the deepest cause that has one: what wraps it speaks of the pool only. */
    public static @Nullable String state(Throwable thrown) {
        SQLException deepest = deepest(thrown);
        return deepest == null ? null : deepest.getSQLState();
    }

    /** The database's own words and code, on one line. */
    public static String message(Throwable thrown) {
        SQLException deepest = deepest(thrown);
        Throwable said = deepest == null ? thrown : deepest;
        String text = String.valueOf(said.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return deepest == null ? text : text + " (SQLSTATE " + deepest.getSQLState() + ")";
    }

    private static @Nullable SQLException deepest(Throwable thrown) {
        SQLException deepest = null;
        for (Throwable cause : Causes.of(thrown)) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                deepest = sql;
            }
        }
        return deepest;
    }
}
