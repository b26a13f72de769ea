package io.nightshift.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what ranges hold: exact counts and checksums, by the cheapest way that gives them. Ranges of a PostgreSQL table are counted in an
 * index, each by itself, where the server can do so without a look at the rows; and their checksums need a look at new rows only,
 * or none where no transaction has begun since the mark. Everything else is one scan. For one thread.
 */
final class RangeMeasure {

    /** PostgreSQL takes 65,535 values in a statement. */
    private static final int MOST_VALUES = 30_000;

    /** What reads rows in PostgreSQL's plans. */
    private static final Pattern SCAN = Pattern.compile("\\bScan\\b");

    /** At a line's end: a table may have any name. */
    private static final Pattern ROWS = Pattern.compile(" rows=(\\d+) width=\\d+\\)$");

    /** Index scans in one statement; each takes the server's planner time and memory, and each part of a table has its own. */
    private static final int MOST_SCANS = 2_048;

    private static final long NOT_IN_INDEX = Integer.MAX_VALUE;

    private final DatabaseSource source;
    private final SourceStatements statements;

    RangeMeasure(DatabaseSource source, SourceStatements statements) {
        this.source = source;
        this.statements = statements;
    }

    /**
     * How many rows there are, about, where the server knows without counting; else as counted. Only an empty source, and not each of
     * those, has none.
     */
    long estimate(Connection connection) throws SQLException {
        if (source.mark().hashes() || statements.where() != null) {
            return count(connection, statements);
        }
        try (PreparedStatement planning = connection.prepareStatement("explain " + statements.all())) {
            Matcher rows = ROWS.matcher(lines(planning).get(0));
            return rows.find() ? Long.parseLong(rows.group(1)) : 1;
        }
    }

    static long count(Connection connection, SourceStatements statements) throws SQLException {
        SqlFragment select = statements.count();
        try (PreparedStatement counting = connection.prepareStatement(select.sql())) {
            select.bind(counting, 1);
            try (ResultSet row = counting.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Measures ranges that follow on each other, first to last.
     *
     * @return the same ranges with what they hold now
     */
    List<KeyRange> measure(Connection connection, List<KeyRange> ranges) throws SQLException {
        SourceMark mark = source.mark();
        if (mark.hashes() || !counted(ranges)) {
            return scanned(connection, ranges, statements.measure(ranges, mark));
        }
        long scansOfFirst = indexOnlyScans(connection, ranges.subList(0, 1));
        if (scansOfFirst * ranges.size() > MOST_SCANS || indexOnlyScans(connection, ranges) == NOT_IN_INDEX) {
            return scanned(connection, ranges, statements.measure(ranges, mark));
        }
        List<KeyRange> measured;
        try (PreparedStatement counting = connection.prepareStatement(statements.counts(ranges))) {
            statements.bindCounts(counting, ranges);
            measured = ranges(counting, ranges);
        }
        if (!nothingSince(connection, mark)) {
            List<KeyRange> changed = scanned(connection, ranges, statements.measureNew(ranges, mark));
            for (int i = 0; i < measured.size(); i++) {
                KeyRange range = measured.get(i);
                measured.set(i, range.measured(range.rows(), changed.get(i).checksum()));
            }
        }
        return measured;
    }

    private boolean counted(List<KeyRange> ranges) {
        return statements.where() == null
                && ranges.size() > 1
                && 2L * ranges.size() * statements.keyFields().size() < MOST_VALUES;
    }

    /** How many index-only scans the server counts ranges with, or {@link #NOT_IN_INDEX} where it would read rows. */
    private long indexOnlyScans(Connection connection, List<KeyRange> ranges) throws SQLException {
        try (PreparedStatement planning =
                connection.prepareStatement("explain (costs off) " + statements.counts(ranges))) {
            statements.bindCounts(planning, ranges);
            List<String> scans = lines(planning).stream()
                    .filter(line -> SCAN.matcher(line).find())
                    .toList();
            return scans.stream().allMatch(line -> line.contains("Index Only Scan")) ? scans.size() : NOT_IN_INDEX;
        }
    }

    /** Whether no transaction had begun to write between the mark and this snapshot, which therefore shows no row of a later one. */
    private static boolean nothingSince(Connection connection, SourceMark mark) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint % 4294967296");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1) == mark.transaction();
        }
    }

    private List<KeyRange> scanned(Connection connection, List<KeyRange> ranges, SqlFragment select)
            throws SQLException {
        try (PreparedStatement counting = connection.prepareStatement(select.sql())) {
            int next = statements.bindBorders(counting, ranges);
            select.bind(counting, next);
            return ranges(counting, ranges);
        }
    }

    private List<KeyRange> ranges(PreparedStatement measuring, List<KeyRange> ranges) throws SQLException {
        List<KeyRange> measured = new ArrayList<>(
                ranges.stream().map(range -> range.measured(0, "0")).toList());
        try (ResultSet found = measuring.executeQuery()) {
            while (found.next()) {
                int range = found.getInt(1);
                long rows = found.getLong(2);
                if (range < 0 && rows > 0) {
                    throw source.keysMissing(rows);
                }
                if (range >= 0) {
                    measured.set(
                            range,
                            ranges.get(range)
                                    .measured(
                                            rows,
                                            found.getBigDecimal(3)
                                                    .stripTrailingZeros()
                                                    .toPlainString()));
                }
            }
        }
        return measured;
    }

    private static List<String> lines(PreparedStatement planning) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet plan = planning.executeQuery()) {
            while (plan.next()) {
                lines.add(plan.getString(1));
            }
        }
        return lines;
    }
}
