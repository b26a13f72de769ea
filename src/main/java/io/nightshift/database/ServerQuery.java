package io.nightshift.database;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.postgresql.core.Parser;

/**
 * SQL over a PostgreSQL result database. The query is declared as a cursor in a read-only transaction, which the server allows
 * for a query alone.
 */
final class ServerQuery implements ReadOnlyQuery {

    private final LedgerDatabase database;

    ServerQuery(LedgerDatabase database) {
        this.database = database;
    }

    @Override
    public Answer run(String sql, int mostRows) {
        QueryRows.requireLimit(mostRows);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // What was checked is what is sent: the driver's escapes would rewrite it in between.
                statement.setEscapeProcessing(false);
                requireOneStatement(sql);
                return answer(statement, sql, mostRows);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new NightshiftException(
                    FailureCode.QUERY_INVALID,
                    "the query is refused: " + Causes.firstLine(e) + "; nothing was changed",
                    e);
        }
    }

    private static Answer answer(Statement statement, String sql, int mostRows) throws SQLException {
        // A plan cannot be a cursor; in a read-only transaction it changes nothing even where it runs its statement.
        if (sql.strip().toLowerCase(Locale.ROOT).startsWith("explain")) {
            statement.setMaxRows(mostRows);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return QueryRows.answer(rows);
            }
        }
        statement.execute("declare nightshift_query no scroll cursor for " + sql);
        try (ResultSet rows = statement.executeQuery("fetch forward " + mostRows + " from nightshift_query")) {
            return QueryRows.answer(rows);
        }
    }

    /** The driver sends every statement of a text, and a second one could end the read-only transaction. */
    private static void requireOneStatement(String sql) throws SQLException {
        if (Parser.parseJdbcSql(sql, true, false, true, false, true).size() != 1) {
            throw new SQLException("one query is allowed, and nothing behind it");
        }
    }
}
