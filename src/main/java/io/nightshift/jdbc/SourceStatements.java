package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read a source. Names are quoted as the catalogue has them, values are bound; only the job's own SQL goes in as
 * it is. Ranges are ranges of keys; no statement passes over rows by counting them.
 *
 * @param from the table's quoted name, or the query in parentheses
 * @param where the job's condition, or null
 * @param columns the needed columns, quoted, in the order of the batches
 * @param keyFields the columns whose values make the ranges, with their types; none for one range only
 * @param keys the same, quoted
 * @param order what makes the order of rows certain, quoted: the keys, then the rest of the job's key
 * @param dialect of the database
 */
record SourceStatements(
        SqlFragment from,
        @Nullable SqlFragment where,
        List<String> columns,
        List<Field> keyFields,
        List<String> keys,
        List<String> order,
        Dialect dialect) {

    Schema keySchema() {
        return new Schema(keyFields);
    }

    SqlFragment count() {
        return withSource("select count(*) from ", "");
    }

    /** All rows of a source that has no condition, for the server to estimate. */
    String all() {
        return "select 1 from " + from.sql();
    }

    /** @param most keys; which of them are left out where there are more is not by chance */
    SqlFragment sample(double share, int most) {
        return sortedKeys(from, dialect.random() + " < " + new BigDecimal(share).toPlainString(), most);
    }

    /** The same for a table of PostgreSQL, from whole pages that are picked at random: the others are not read. */
    SqlFragment samplePages(double share, int most) {
        BigDecimal percent = new BigDecimal(share).movePointRight(2);
        return sortedKeys(
                new SqlFragment(from.sql() + " tablesample system (" + percent.toPlainString() + ")", from.values()),
                null,
                most);
    }

    private SqlFragment sortedKeys(SqlFragment rows, @Nullable String condition, int most) {
        String list = String.join(", ", keys);
        StringJoiner conditions = new StringJoiner(" and ");
        keys.forEach(key -> conditions.add(key + " is not null"));
        if (condition != null) {
            conditions.add(condition);
        }
        SqlFragment all = withSource("select " + list + " from ", rows, conditions.toString());
        // The server, too, stops at so many: it sorts no more than these.
        return new SqlFragment(
                "select " + list + " from (" + all.sql() + " limit " + most + ") sampled_keys order by " + list,
                all.values());
    }

    /**
     * Counts and checksums of ranges: the number of the range, its rows, its checksum. Rows without a key are in range -1. The borders
     * are bound before the fragment's own values.
     */
    SqlFragment measure(List<KeyRange> ranges, SourceMark mark) {
        return measure(ranges, mark, "");
    }

    /** The same for only those rows of a PostgreSQL table that were written since the mark. */
    SqlFragment measureNew(List<KeyRange> ranges, SourceMark mark) {
        return measure(ranges, mark, isNew(mark));
    }

    private SqlFragment measure(List<KeyRange> ranges, SourceMark mark, String condition) {
        StringBuilder number = new StringBuilder();
        boolean mayBeMissing = keyFields.stream().anyMatch(Field::nullable);
        if (mayBeMissing) {
            number.append("case when ").append(keyMissing()).append(" then -1 else ");
        }
        appendNumber(number, 0, ranges.size() - 1);
        number.append(mayBeMissing ? " end" : "");
        SqlFragment rows =
                withSource("select " + number + " as range_number, " + checksum(mark) + " as row_sum from ", condition);
        return new SqlFragment(
                "select range_number, count(*), coalesce(sum(row_sum), 0) from (" + rows.sql()
                        + ") measured_rows group by range_number",
                rows.values());
    }

    /** A search among the borders, half of them at each step. */
    private void appendNumber(StringBuilder sql, int first, int last) {
        if (first == last) {
            sql.append(first);
            return;
        }
        int middle = (first + last + 1) / 2;
        sql.append("case when ").append(below()).append(" then ");
        appendNumber(sql, first, middle - 1);
        sql.append(" else ");
        appendNumber(sql, middle, last);
        sql.append(" end");
    }

    /** Binds what {@link #measure} left open, in its order, and returns the parameter after it. */
    int bindBorders(PreparedStatement statement, List<KeyRange> ranges) throws SQLException {
        return bindBorders(statement, 1, ranges, 0, ranges.size() - 1);
    }

    private int bindBorders(PreparedStatement statement, int parameter, List<KeyRange> ranges, int first, int last)
            throws SQLException {
        if (first == last) {
            return parameter;
        }
        int middle = (first + last + 1) / 2;
        int next = bindKey(statement, parameter, ranges.get(middle).from());
        next = bindBorders(statement, next, ranges, first, middle - 1);
        return bindBorders(statement, next, ranges, middle, last);
    }

    private String checksum(SourceMark mark) {
        if (mark.hashes()) {
            return dialect.rowHash(columns);
        }
        return "case when " + isNew(mark) + " then hashint8extended(age('" + mark.transaction()
                + "'::xid) - age(xmin), 0) else 0 end";
    }

    /** The age of a row that was frozen long ago may have run over, and is below zero then. */
    private static String isNew(SourceMark mark) {
        return "age(xmin) between 0 and age('" + mark.transaction() + "'::xid)";
    }

    /**
     * Counts of ranges, each by itself: the number of the range, its rows, and no checksum. Rows without a key are in range -1. For a
     * source without values of its own.
     */
    String counts(List<KeyRange> ranges) {
        StringJoiner all = new StringJoiner(" union all ");
        for (int i = 0; i < ranges.size(); i++) {
            all.add("select " + i + ", count(*), 0::numeric from " + from.sql() + " where " + ends(ranges.get(i)));
        }
        if (keyFields.stream().anyMatch(Field::nullable)) {
            all.add("select -1, count(*), 0::numeric from " + from.sql() + " where " + keyMissing());
        }
        return all.toString();
    }

    void bindCounts(PreparedStatement statement, List<KeyRange> ranges) throws SQLException {
        int next = 1;
        for (KeyRange range : ranges) {
            next = bindEnds(statement, next, range);
        }
    }

    private String keyMissing() {
        return String.join(" or ", keys.stream().map(key -> key + " is null").toList());
    }

    /** The needed columns of a range in order; the range's ends are bound after the fragment's own values. */
    SqlFragment select(KeyRange range) {
        SqlFragment rows = withSource("select " + String.join(", ", columns) + " from ", ends(range));
        return new SqlFragment(rows.sql() + " order by " + String.join(", ", order), rows.values());
    }

    private String ends(KeyRange range) {
        List<String> ends = new ArrayList<>();
        if (!range.from().isEmpty()) {
            ends.add(compare(" >= "));
        }
        if (!range.to().isEmpty()) {
            ends.add(below());
        }
        return String.join(" and ", ends);
    }

    void bindEnds(PreparedStatement statement, SqlFragment select, KeyRange range) throws SQLException {
        bindEnds(statement, select.bind(statement, 1), range);
    }

    private int bindEnds(PreparedStatement statement, int parameter, KeyRange range) throws SQLException {
        int next = parameter;
        if (!range.from().isEmpty()) {
            next = bindKey(statement, next, range.from());
        }
        return range.to().isEmpty() ? next : bindKey(statement, next, range.to());
    }

    private String below() {
        return compare(" < ");
    }

    private String compare(String operator) {
        String marks = String.join(", ", Collections.nCopies(keys.size(), "?"));
        return keys.size() == 1
                ? keys.get(0) + operator + marks
                : "(" + String.join(", ", keys) + ")" + operator + "(" + marks + ")";
    }

    /** A line of its own ends whatever comment the job's SQL ends with. */
    private SqlFragment withSource(String before, String condition) {
        return withSource(before, from, condition);
    }

    private SqlFragment withSource(String before, SqlFragment rows, String condition) {
        StringBuilder sql = new StringBuilder(before).append(rows.sql());
        List<Object> values = new ArrayList<>(rows.values());
        if (where != null) {
            sql.append(" where (").append(where.sql()).append("\n)");
            values.addAll(where.values());
        }
        if (!condition.isEmpty()) {
            sql.append(where == null ? " where " : " and ").append(condition);
        }
        return new SqlFragment(sql.toString(), values);
    }

    private int bindKey(PreparedStatement statement, int parameter, List<String> key) throws SQLException {
        for (int i = 0; i < key.size(); i++) {
            statement.setObject(parameter + i, value(keyFields.get(i).type(), key.get(i)));
        }
        return parameter + key.size();
    }

    /** The value that a key's text stands for, of the type that drivers bind. */
    private static Object value(ColumnType type, String text) {
        return switch (type.kind()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Long.valueOf(text);
            case UINT64, DECIMAL -> new BigDecimal(text);
            case FLOAT32, FLOAT64 -> Double.valueOf(text);
            case DATE -> LocalDate.parse(text);
            case TIME -> LocalTime.parse(text);
            case TIMESTAMP -> type.utc() ? OffsetDateTime.parse(text) : LocalDateTime.parse(text);
            case STRING -> text;
            case UUID -> UUID.fromString(text);
        };
    }
}
