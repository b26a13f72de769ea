package io.nightshift.database;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.api.ErrorCode;
import org.h2.command.Prepared;
import org.h2.command.dml.Explain;
import org.h2.command.query.Query;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.message.DbException;

/** SQL over the embedded database, as a user of it who may read tables and nothing else. */
final class EmbeddedQuery implements ReadOnlyQuery {

    private static final String READER = "reader";
    private static final Pattern TRAILING_SEMICOLONS = Pattern.compile("[;\\s]+\\z");

    private final Home home;
    private final DataSource owner;

    /** @param owner connections of the user that owns the database, to mend the reader's login */
    EmbeddedQuery(Home home, DataSource owner) {
        this.home = home;
        this.owner = owner;
    }

    @Override
    public Answer run(String sql, int mostRows) {
        QueryRows.requireLimit(mostRows);
        String query = TRAILING_SEMICOLONS.matcher(sql).replaceFirst("");
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            requireOneQuery(connection, query);
            statement.setMaxRows(mostRows);
            try (ResultSet rows = statement.executeQuery(query)) {
                return QueryRows.answer(rows);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private Connection connect() throws SQLException {
        try {
            return login();
        } catch (SQLException e) {
            if (e.getErrorCode() != ErrorCode.WRONG_USER_OR_PASSWORD) {
                throw e;
            }
            // Any database user may change its own password, and a home may hold a reader that once did.
            try (Connection connection = owner.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter user " + READER + " set password '" + READER + "'");
            }
            return login();
        }
    }

    private Connection login() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + home.database() + ";IFEXISTS=TRUE", READER, READER);
    }

    /**
     * The driver runs every statement of a text, and the reader's rights leave it some that change its own user: so the
     * database's own parser says, before anything runs, that the text is one query to its end.
     */
    private static void requireOneQuery(Connection connection, String sql) throws SQLException {
        Session session = connection.unwrap(JdbcConnection.class).getSession();
        try {
            Prepared parsed = ((SessionLocal) session).prepare(sql);
            boolean reads = parsed instanceof Query || parsed instanceof Explain && parsed.isReadOnly();
            if (!reads) {
                throw DbException.get(ErrorCode.METHOD_ONLY_ALLOWED_FOR_QUERY);
            }
        } catch (DbException e) {
            throw DbException.toSQLException(e);
        }
    }

    private static NightshiftException refused(SQLException cause) {
        String reason =
                switch (cause.getErrorCode()) {
                    case ErrorCode.METHOD_ONLY_ALLOWED_FOR_QUERY ->
                        "it is no query; only select, with, values, table and explain of these can be run";
                    case ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1, ErrorCode.ADMIN_RIGHTS_REQUIRED ->
                        Causes.firstLine(cause) + " (a query may read tables and views, and nothing else)";
                    case ErrorCode.SYNTAX_ERROR_1, ErrorCode.SYNTAX_ERROR_2 ->
                        Causes.firstLine(cause) + " ([*] marks the place; one query is allowed, and nothing behind it)";
                    default -> Causes.firstLine(cause);
                };
        return new NightshiftException(
                FailureCode.QUERY_INVALID, "the query is refused: " + reason + "; nothing was changed", cause);
    }
}
