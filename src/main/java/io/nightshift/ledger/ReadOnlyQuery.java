package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + home.database() + ";IFEXISTS=TRUE", READER, READER);
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(mostRows);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return answer(rows);
            }
        } catch (SQLException e) {
            throw new NightshiftException(
                    FailureCode.QUERY_INVALID,
                    "the query is refused: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
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

    private static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return value;
        }
        boolean finite = !(value instanceof Double number && !Double.isFinite(number))
                && !(value instanceof Float real && !Float.isFinite(real));
        return value instanceof Number && finite ? value : value.toString();
    }
}
