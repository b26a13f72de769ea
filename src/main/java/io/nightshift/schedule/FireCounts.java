package io.nightshift.schedule;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many fires of each schedule have each outcome, in a column each of the schedule's row, so that nobody counts the log. Takes part in the
 * caller's transaction, which is to hold the row: two that wait for each other's would both be undone. Thread-safe.
 */
final class FireCounts {

    static final String COLUMNS =
            Arrays.stream(FireOutcome.values()).map(FireCounts::column).collect(Collectors.joining(", "));

    private static final String ADD = "update nightshift_schedule set "
            + Arrays.stream(FireOutcome.values())
                    .map(outcome -> column(outcome) + " = " + column(outcome) + " + ?")
                    .collect(Collectors.joining(", "))
            + " where name = ?";

    private final JdbcClient jdbc;

    FireCounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private static String column(FireOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    void recorded(List<Fire> fires) {
        Map<String, Map<FireOutcome, Long>> more = new HashMap<>();
        fires.forEach(fire -> more.computeIfAbsent(fire.schedule(), name -> new EnumMap<>(FireOutcome.class))
                .merge(fire.outcome(), 1L, Long::sum));
        more.forEach(this::add);
    }

    void amended(String schedule, FireOutcome before, FireOutcome after) {
        Map<FireOutcome, Long> moved = new EnumMap<>(FireOutcome.class);
        moved.merge(before, -1L, Long::sum);
        moved.merge(after, 1L, Long::sum);
        add(schedule, moved);
    }

    private void add(String schedule, Map<FireOutcome, Long> more) {
        JdbcClient.StatementSpec statement = jdbc.sql(ADD);
        for (FireOutcome outcome : FireOutcome.values()) {
            statement = statement.param(more.getOrDefault(outcome, 0L));
        }
        statement.param(schedule).update();
    }

    /** Of the current row, those that are not 0. */
    static Map<FireOutcome, Long> of(ResultSet row) throws SQLException {
        Map<FireOutcome, Long> counts = new EnumMap<>(FireOutcome.class);
        for (FireOutcome outcome : FireOutcome.values()) {
            long fires = row.getLong(column(outcome));
            if (fires != 0) {
                counts.put(outcome, fires);
            }
        }
        return counts;
    }
}
