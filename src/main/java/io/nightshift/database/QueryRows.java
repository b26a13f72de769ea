package io.nightshift.database;

import io.nightshift.database.ReadOnlyQuery.Answer;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns a result set into an answer. */
final class QueryRows {

    private QueryRows() {}

    /** @throws NightshiftException QUERY_INVALID */
    static void requireLimit(int mostRows) {
        if (mostRows < 1) {
            throw new NightshiftException(
                    FailureCode.QUERY_INVALID, "the most rows to print are " + mostRows + "; allowed are 1 and more");
        }
    }

    static Answer answer(ResultSet rows) throws SQLException {
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
