package io.nightshift.backfill;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SqlInstant;
import io.nightshift.ledger.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The tables of backfills and their dates. Their statements take part in the caller's transaction. Thread-safe. */
final class BackfillTable {

    private static final int BATCH = 1000;
    private static final int LONGEST_REASON = 2000;
    private static final TypeReference<Map<String, String>> TEXT_MAP = new TypeReference<>() {};

    private static final String SELECT = """
            select backfill_id, job, first_date, last_date, every, parallel, selection, model, parameters, who, state, reason,
                created_at, ended_at
            from nightshift_backfill""";

    /** A date's own state, or that of its run. A failed run that the queue is not done with may still be tried again. */
    private static final String DATES = """
            select d.backfill_id, d.logical_date, d.reason, d.run_id, case
                when d.state = 'WAITING' then 'WAITING'
                when d.state = 'SKIPPED' then 'SKIPPED'
                when d.state = 'REFUSED' then 'FAILED'
                when r.state = 'QUEUED' then 'QUEUED'
                when r.state in ('COMPLETED', 'REDRIVING') then 'DONE'
                when r.state in ('RUNNING', 'STOPPING') or q.run_id is not null then 'RUNNING'
                else r.state end as stands,
                r.failure_code, r.failure_message
            from nightshift_backfill_date d
            left join nightshift_run r on r.run_id = d.run_id
            left join nightshift_queue q on q.run_id = d.run_id""";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    BackfillTable(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
        this.batches = new JdbcTemplate(metadata.dataSource());
    }

    /** The job file of a backfill as it was when it was asked for. */
    record KeptJob(String file, String text) {}

    /** A date that is to be submitted, and the run that it had before the backfill was resumed. */
    record WaitingDate(LocalDateTime logicalDate, @Nullable RunId run) {}

    /** Returns its id. */
    long add(BackfillRequest request, KeptJob job, String who, Instant now) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.sql("""
                insert into nightshift_backfill (job, file, definition, first_date, last_date, every, parallel, selection, model,
                    parameters, who, state, reason, created_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', '', ?)""")
                .param(request.job())
                .param(job.file())
                .param(job.text())
                .param(Timestamp.valueOf(request.from()))
                .param(Timestamp.valueOf(request.to()))
                .param(request.every())
                .param(request.parallel())
                .param(request.selection().name())
                .param(request.model())
                .param(JsonMapper.shared().writeValueAsString(request.parameters()))
                .param(who)
                .param(Timestamp.from(now))
                .update(key, "backfill_id");
        return java.util.Objects.requireNonNull(key.getKey()).longValue();
    }

    void addDates(long id, List<LocalDateTime> dates) {
        batches.batchUpdate(
                "insert into nightshift_backfill_date (backfill_id, logical_date, state, reason) values (?, ?, 'WAITING', '')",
                dates,
                BATCH,
                (statement, date) -> {
                    statement.setLong(1, id);
                    statement.setTimestamp(2, Timestamp.valueOf(date));
                });
    }

    /** Newest first. */
    List<Backfill> list(Backfills.Filter filter) {
        StringBuilder where = new StringBuilder(" where 1 = 1");
        List<Object> values = new ArrayList<>();
        add(where, values, " and job = ?", filter.job());
        add(
                where,
                values,
                " and state = ?",
                filter.state() == null ? null : filter.state().name());
        add(where, values, " and backfill_id < ?", filter.before());
        values.add(filter.limit());
        String page = where + " order by backfill_id desc limit ?";
        Map<Long, Map<BackfillDate.State, Integer>> counts = new HashMap<>();
        jdbc.sql("select x.backfill_id, x.stands, count(*) as dates from (" + DATES
                        + " where d.backfill_id in (select backfill_id from nightshift_backfill" + page
                        + ")) x group by x.backfill_id, x.stands")
                .params(values)
                .query((row, number) -> counts.computeIfAbsent(
                                row.getLong("backfill_id"), id -> new EnumMap<>(BackfillDate.State.class))
                        .put(BackfillDate.State.valueOf(row.getString("stands")), row.getInt("dates")))
                .list();
        return jdbc.sql(SELECT + page)
                .params(values)
                .query((row, number) -> map(row, counts.getOrDefault(row.getLong("backfill_id"), Map.of())))
                .list();
    }

    private static void add(StringBuilder where, List<Object> values, String condition, @Nullable Object value) {
        if (value != null) {
            where.append(condition);
            values.add(value);
        }
    }

    Optional<Backfill> find(long id) {
        return jdbc.sql(SELECT + " where backfill_id = ?")
                .param(id)
                .query((row, number) -> map(row, counts(id)))
                .optional();
    }

    /** Keeps others from moving a backfill until the caller's transaction ends. Its counts are of the moment after that. */
    Optional<Backfill> lock(long id) {
        return jdbc.sql("select backfill_id from nightshift_backfill where backfill_id = ? for update")
                .param(id)
                .query(Long.class)
                .optional()
                .flatMap(this::find);
    }

    private Map<BackfillDate.State, Integer> counts(long id) {
        Map<BackfillDate.State, Integer> counts = new EnumMap<>(BackfillDate.State.class);
        jdbc.sql("select x.stands, count(*) as dates from (" + DATES + " where d.backfill_id = ?) x group by x.stands")
                .param(id)
                .query((row, number) ->
                        counts.put(BackfillDate.State.valueOf(row.getString("stands")), row.getInt("dates")))
                .list();
        return counts;
    }

    KeptJob job(long id) {
        return jdbc.sql("select file, definition from nightshift_backfill where backfill_id = ?")
                .param(id)
                .query((row, number) -> new KeptJob(row.getString("file"), row.getString("definition")))
                .single();
    }

    /** All dates, oldest first. */
    List<BackfillDate> dates(long id) {
        return jdbc.sql(DATES + " where d.backfill_id = ? order by d.logical_date")
                .param(id)
                .query(BackfillTable::mapDate)
                .list();
    }

    /** Backfills that are at work, and stopped ones whose runs have not all ended. */
    List<Long> active() {
        return jdbc.sql("""
                select b.backfill_id from nightshift_backfill b
                where b.state = 'RUNNING' or b.state = 'STOPPED' and exists (select 1 from nightshift_queue q
                    where q.origin = 'BACKFILL' and q.origin_name = cast(b.backfill_id as varchar(20)))
                order by b.backfill_id""").query(Long.class).list();
    }

    /** The oldest dates that wait. */
    List<WaitingDate> waiting(long id, int most) {
        return jdbc.sql(
                        "select logical_date, run_id from nightshift_backfill_date where backfill_id = ? and state = 'WAITING'"
                                + " order by logical_date limit ?")
                .params(id, most)
                .query((row, number) ->
                        new WaitingDate(row.getTimestamp("logical_date").toLocalDateTime(), run(row)))
                .list();
    }

    /** Takes a date that waits, for the caller's transaction. Returns false where it waits no longer. */
    boolean take(long id, LocalDateTime date) {
        return jdbc.sql(
                                "update nightshift_backfill_date set state = 'SUBMITTED' where backfill_id = ? and logical_date = ?"
                                        + " and state = 'WAITING'")
                        .params(id, Timestamp.valueOf(date))
                        .update()
                == 1;
    }

    /** @param run null to keep the one that it has */
    void moved(long id, LocalDateTime date, String state, String reason, @Nullable RunId run) {
        jdbc.sql("update nightshift_backfill_date set state = ?, reason = ?, run_id = coalesce(cast(? as uuid), run_id)"
                        + " where backfill_id = ? and logical_date = ?")
                .param(state)
                .param(shortened(reason))
                .param(run == null ? null : run.toString())
                .param(id)
                .param(Timestamp.valueOf(date))
                .update();
    }

    void state(long id, BackfillState state, String reason, @Nullable Instant endedAt) {
        jdbc.sql("update nightshift_backfill set state = ?, reason = ?, ended_at = ? where backfill_id = ?")
                .param(state.name())
                .param(shortened(reason))
                .param(SqlInstant.value(endedAt))
                .param(id)
                .update();
    }

    /** Lets every date wait again that was refused, or whose run failed or was stopped. Returns how many. */
    int waitAgain(long id) {
        return jdbc.sql("""
                update nightshift_backfill_date set state = 'WAITING', reason = ''
                where backfill_id = ? and (state = 'REFUSED' or state = 'SUBMITTED' and exists (select 1 from nightshift_run r
                    where r.run_id = nightshift_backfill_date.run_id and r.state in ('FAILED', 'STOPPED')))""").param(id).update();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON - 3) + "...";
    }

    private static @Nullable RunId run(ResultSet row) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return run == null ? null : new RunId(run);
    }

    private static BackfillDate mapDate(ResultSet row, int number) throws SQLException {
        BackfillDate.State state = BackfillDate.State.valueOf(row.getString("stands"));
        String code = row.getString("failure_code");
        return new BackfillDate(
                row.getTimestamp("logical_date").toLocalDateTime(),
                state,
                state == BackfillDate.State.FAILED && code != null
                        ? code + ": " + row.getString("failure_message")
                        : row.getString("reason"),
                run(row));
    }

    private static Backfill map(ResultSet row, Map<BackfillDate.State, Integer> counts) throws SQLException {
        return new Backfill(
                row.getLong("backfill_id"),
                new BackfillRequest(
                        row.getString("job"),
                        row.getTimestamp("first_date").toLocalDateTime(),
                        row.getTimestamp("last_date").toLocalDateTime(),
                        row.getString("every"),
                        row.getInt("parallel"),
                        BackfillRequest.Selection.valueOf(row.getString("selection")),
                        row.getString("model"),
                        JsonMapper.shared().readValue(row.getString("parameters"), TEXT_MAP)),
                row.getString("who"),
                BackfillState.valueOf(row.getString("state")),
                row.getString("reason"),
                counts,
                row.getTimestamp("created_at").toInstant(),
                SqlInstant.of(row, "ended_at"));
    }
}
