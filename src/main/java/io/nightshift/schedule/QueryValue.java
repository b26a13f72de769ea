package io.nightshift.schedule;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.jdbc.Databases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Asks a database for the one value that a schedule watches, in a transaction that only reads. Thread-safe. */
final class QueryValue {

    private final Databases databases;
    private final Duration timeout;

    /** @param timeout how long a query may take */
    QueryValue(Databases databases, Duration timeout) {
        this.databases = databases;
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * The value as text, {@code null} for SQL's null and where there is no row.
     *
     * @throws NightshiftException QUERY_INVALID for more than one value; DATABASE_FAILED where the query fails or takes too
     *     long; DATABASE_UNKNOWN, DATABASE_UNUSABLE
     */
    String read(Trigger.Query query) {
        long start = System.nanoTime();
        try (Connection connection = databases.of(query.database()).getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
                statement.setMaxRows(2);
                return value(query, statement);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            boolean slow = System.nanoTime() - start >= timeout.toNanos();
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the query of database '" + query.database() + "' "
                            + (slow
                                    ? "gave no answer within " + timeout.toSeconds() + " s"
                                    : "failed: " + DatabaseFailure.message(e)),
                    e);
        }
    }

    private static String value(Trigger.Query query, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(query.sql())) {
            int columns = row.getMetaData().getColumnCount();
            if (columns != 1) {
                throw refused(query, columns + " columns");
            }
            String value = row.next() ? row.getString(1) : null;
            if (row.next()) {
                throw refused(query, "more than one row");
            }
            return String.valueOf(value);
        }
    }

    private static NightshiftException refused(Trigger.Query query, String what) {
        return new NightshiftException(
                FailureCode.QUERY_INVALID,
                "the query of database '" + query.database() + "' gives " + what + "; it is to give one value");
    }
}
