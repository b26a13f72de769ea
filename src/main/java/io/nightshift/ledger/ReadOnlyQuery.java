package io.nightshift.ledger;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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
import org.jspecify.annotations.Nullable;

/**
 * SQL over results and ledger, one query at a time, as a database user who may read tables and nothing else. Thread-safe.
 */
public final class ReadOnlyQuery {

    private static final String READER = "reader";
    private static final Pattern TRAILING_SEMICOLONS = Pattern.compile("[;\\s]+\\z");

    private final Home home;
    private final DataSource owner;

    /** @param owner connections of the user that owns the database, to mend the reader's login */
    ReadOnlyQuery(Home home, DataSource owner) {
        this.home = home;
        this.owner = owner;
    }

    /** Column names in lower case, and rows of plain JDBC values. */
    public record Answer(List<String> columns, List<List<@Nullable Object>> rows) {}

    /**
     * @param mostRows rows after which the answer ends
     * @throws NightshiftException QUERY_INVALID
     */
    public Answer run(String sql, int mostRows) {
        if (mostRows < 1) {
            throw new NightshiftException(
                    FailureCode.QUERY_INVALID, "the most rows to print are " + mostRows + "; allowed are 1 and more");
        }
        String query = TRAILING_SEMICOLONS.matcher(sql).replaceFirst("");
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            requireOneQuery(connection, query);
            statement.setMaxRows(mostRows);
            try (ResultSet rows = statement.executeQuery(query)) {
                return answer(rows);
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

    private static Answer answer(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i).toLowerCase(Locale.ROOT));
        }
        List<List<@Nullable Object>> values = new ArrayList<>();
        while (rows.next()) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                row.add(plain(rows.getObject(i)));
            }
            values.add(row);
        }
        return new Answer(columns, values);
    }

    /** A value that JSON has, or its text: what is no finite number is text, bytes are hexadecimal digits. */
    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Clob text) {
            return text.getSubString(1, Math.toIntExact(text.length()));
        }
        if (value instanceof Blob bytes) {
            return HexFormat.of().formatHex(bytes.getBytes(1, Math.toIntExact(bytes.length())));
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Array array) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                elements.add(plain(element));
            }
            return elements;
        }
        boolean finite = !(value instanceof Double number && !Double.isFinite(number))
                && !(value instanceof Float real && !Float.isFinite(real));
        return value instanceof Number && finite ? value : value.toString();
    }
}
