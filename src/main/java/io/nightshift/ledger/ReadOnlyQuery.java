package io.nightshift.ledger;

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
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** SQL over results and ledger as a database user who may read tables and nothing else. Thread-safe. */
public final class ReadOnlyQuery {

    private static final String READER = "reader";

    private final Home home;

    ReadOnlyQuery(Home home) {
        this.home = home;
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
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + home.database() + ";IFEXISTS=TRUE", READER, READER);
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(mostRows);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return answer(rows);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private static NightshiftException refused(SQLException cause) {
        String reason =
                switch (cause.getErrorCode()) {
                    case ErrorCode.METHOD_ONLY_ALLOWED_FOR_QUERY ->
                        "it is no query; only select, with, values and table can be run";
                    case ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1, ErrorCode.ADMIN_RIGHTS_REQUIRED ->
                        firstLine(cause) + " (a query may read tables and views, and nothing else)";
                    default -> firstLine(cause);
                };
        return new NightshiftException(
                FailureCode.QUERY_INVALID, "the query is refused: " + reason + "; nothing was changed", cause);
    }

    /** H2 repeats the whole statement below its message. */
    private static String firstLine(SQLException cause) {
        String line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return line.replaceAll("; SQL statement:$", "");
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
