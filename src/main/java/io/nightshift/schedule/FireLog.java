package io.nightshift.schedule;

import io.nightshift.database.SqlInstant;
import io.nightshift.ledger.RunId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Every planned fire, once, with its outcome. Its statements take part in the caller's transaction. Thread-safe. */
public final class FireLog {

    private static final String SELECT =
            "select schedule, fire_time, logical_date, outcome, reason, run_id, recorded_at,"
                    + " finish_by from nightshift_fire";
    private static final int BATCH = 1000;
    private static final int LONGEST_REASON = 2000;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final FireTotals totals;
    private final FireCounts counts;

    FireLog(DataSource metadata, FireTotals totals) {
        this.jdbc = JdbcClient.create(metadata);
        this.batches = new JdbcTemplate(metadata);
        this.totals = totals;
        this.counts = new FireCounts(jdbc);
    }

    /**
     * Records fires of schedules whose rows the caller's transaction holds.
     *
     * @throws org.springframework.dao.DuplicateKeyException where one of them is in the log
     */
    void record(List<Fire> fires) {
        batches.batchUpdate(
                "insert into nightshift_fire (schedule, fire_time, logical_date, outcome, reason, run_id, recorded_at,"
                        + " finish_by, deadline_open) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                fires,
                BATCH,
                FireLog::bind);
        counts.recorded(fires);
        totals.recorded(fires);
    }

    private static void bind(PreparedStatement row, Fire fire) throws SQLException {
        row.setString(1, fire.schedule());
        row.setTimestamp(2, Timestamp.from(fire.fireTime()));
        row.setTimestamp(3, Timestamp.valueOf(fire.logicalDate()));
        row.setString(4, fire.outcome().name());
        row.setString(5, shortened(fire.reason()));
        row.setObject(6, fire.run() == null ? null : fire.run().value());
        row.setTimestamp(7, Timestamp.from(fire.recordedAt()));
        row.setTimestamp(8, SqlInstant.value(fire.finishBy()));
        row.setBoolean(9, fire.finishBy() != null && fire.outcome() != FireOutcome.SKIPPED);
    }

    /** Whether a fire of this moment is in the log. */
    boolean has(String schedule, Instant fireTime) {
        return jdbc.sql("select count(*) from nightshift_fire where schedule = ? and fire_time = ?")
                        .params(schedule, Timestamp.from(fireTime))
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /**
     * Changes the outcome of the fire that a run came of, and keeps the run. The caller's transaction holds the schedule's row.
     *
     * @return the fire as it is now; empty where the run came of none, or that has another outcome already
     */
    Optional<Fire> amend(RunId run, FireOutcome outcome, String reason) {
        Optional<Fire> before = ofRun(run).filter(fire -> fire.outcome().handedOver());
        before.ifPresent(fire -> {
            jdbc.sql("update nightshift_fire set outcome = ?, reason = ? where schedule = ? and fire_time = ?")
                    .params(outcome.name(), shortened(reason), fire.schedule(), Timestamp.from(fire.fireTime()))
                    .update();
            counts.amended(fire.schedule(), fire.outcome(), outcome);
        });
        return before.flatMap(fire -> ofRun(run));
    }

    /** Fires whose deadline has passed and was not looked at yet, oldest first. */
    List<Fire> deadlinesPassed(Instant now, int most) {
        return jdbc.sql(SELECT + " where deadline_open and finish_by <= ? order by finish_by limit ?")
                .params(Timestamp.from(now), most)
                .query(FireLog::map)
                .list();
    }

    /** Notes that a fire's deadline was looked at. Returns false where somebody else did. */
    boolean closeDeadline(Fire fire) {
        return jdbc.sql("update nightshift_fire set deadline_open = false"
                                + " where schedule = ? and fire_time = ? and deadline_open")
                        .params(fire.schedule(), Timestamp.from(fire.fireTime()))
                        .update()
                == 1;
    }

    /** The fires that meet every condition, newest first; a page goes on behind the last of the one before. */
    public List<Fire> list(FireFilter filter) {
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder(SELECT).append(" where 1 = 1");
        and(sql, values, " and schedule = ?", filter.schedule());
        and(
                sql,
                values,
                " and outcome = ?",
                filter.outcome() == null ? null : filter.outcome().name());
        and(sql, values, " and fire_time >= ?", SqlInstant.value(filter.since()));
        and(sql, values, " and fire_time <= ?", SqlInstant.value(filter.until()));
        FireFilter.Place before = filter.before();
        if (before != null) {
            sql.append(" and (fire_time < ? or (fire_time = ? and schedule < ?))");
            values.add(Timestamp.from(before.fireTime()));
            values.add(Timestamp.from(before.fireTime()));
            values.add(before.schedule());
            // Lets the index be entered at the place, which the alternative above alone would not.
            sql.append(" and fire_time <= ?");
            values.add(Timestamp.from(before.fireTime()));
        }
        sql.append(" order by fire_time desc, schedule desc limit ?");
        values.add(filter.limit());
        return jdbc.sql(sql.toString()).params(values).query(FireLog::map).list();
    }

    /** The last fire of a schedule. */
    Optional<Fire> last(String schedule) {
        return list(new FireFilter(schedule, null, null, null, null, 1)).stream()
                .findFirst();
    }

    /** The last fire of each schedule that is not removed, by its name. */
    Map<String, Fire> lastOfEach() {
        return jdbc.sql("""
                        select f.schedule, f.fire_time, f.logical_date, f.outcome, f.reason, f.run_id, f.recorded_at, f.finish_by
                        from (select s.name, (select max(l.fire_time) from nightshift_fire l where l.schedule = s.name) as latest
                            from nightshift_schedule s where s.removed_at is null) n
                        join nightshift_fire f on f.schedule = n.name and f.fire_time = n.latest""").query(FireLog::map).list().stream()
                .collect(Collectors.toMap(Fire::schedule, fire -> fire));
    }

    /** The fire that a run came of. */
    Optional<Fire> ofRun(RunId run) {
        return jdbc.sql(SELECT + " where run_id = ?").param(run.value()).query(FireLog::map).list().stream()
                .findFirst();
    }

    private static void and(StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            values.add(value);
        }
    }

    private static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    static Fire map(ResultSet row, int number) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return new Fire(
                row.getString("schedule"),
                row.getTimestamp("fire_time").toInstant(),
                row.getTimestamp("logical_date").toLocalDateTime(),
                FireOutcome.valueOf(row.getString("outcome")),
                row.getString("reason"),
                run == null ? null : new RunId(run),
                row.getTimestamp("recorded_at").toInstant(),
                SqlInstant.of(row, "finish_by"));
    }
}
