package io.nightshift.queue;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SqlInstant;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The table of queued runs. Its statements take part in the caller's transaction. Thread-safe. */
final class QueueTable {

    private static final String SELECT = """
            select run_id, job, origin, origin_name, waiting, priority, submitted_at, not_before, start_before, device,
                job_parallel, origin_parallel, active_key, tries, most_tries, backoff_first, backoff_most, losses
            from nightshift_queue""";

    /** So many are tried: one that cannot be taken after all was cancelled in the moment between. */
    private static final int MOST_TRIED = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    QueueTable(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
        this.transactions = metadata.transactions();
    }

    TransactionTemplate transactions() {
        return transactions;
    }

    /** Keeps every other process from admitting until the caller's transaction ends. */
    void lockAdmission() {
        jdbc.sql("select name from nightshift_lock where name = 'admission' for update")
                .query(String.class)
                .single();
    }

    void add(QueuedRun run) {
        jdbc.sql("""
                insert into nightshift_queue (run_id, job, origin, origin_name, waiting, priority, submitted_at, not_before,
                    start_before, device, job_parallel, origin_parallel, active_key, tries, most_tries, backoff_first,
                    backoff_most, losses)
                values (?, ?, ?, ?, true, ?, ?, null, ?, ?, ?, ?, ?, 0, ?, ?, ?, 0)""")
                .param(run.run().value())
                .param(run.job())
                .param(run.origin().kind().name())
                .param(run.origin().name())
                .param(run.priority())
                .param(Timestamp.from(run.submittedAt()))
                .param(SqlInstant.value(run.startBefore()))
                .param(run.device())
                .param(run.jobParallel())
                .param(run.originParallel())
                .param(run.activeKey())
                .param(run.retry().attempts())
                .param(run.retry().first().toMillis())
                .param(run.retry().most().toMillis())
                .update();
    }

    Optional<QueuedRun> find(RunId run) {
        return jdbc.sql(SELECT + " where run_id = ?")
                .param(run.value())
                .query(QueueTable::map)
                .optional();
    }

    /** Locks a run's row until the caller's transaction ends. */
    Optional<QueuedRun> lock(RunId run) {
        return jdbc.sql(SELECT + " where run_id = ? for update")
                .param(run.value())
                .query(QueueTable::map)
                .optional();
    }

    void remove(RunId run) {
        jdbc.sql("delete from nightshift_queue where run_id = ?")
                .param(run.value())
                .update();
    }

    void taken(QueuedRun run, Instant now) {
        jdbc.sql(
                        "update nightshift_queue set waiting = false, tries = tries + 1, not_before = null, start_before = null"
                                + " where run_id = ?")
                .param(run.run().value())
                .update();
        int known = jdbc.sql("update nightshift_queue_share set taken_at = ? where job = ?")
                .params(Timestamp.from(now), run.job())
                .update();
        if (known == 0) {
            jdbc.sql("insert into nightshift_queue_share (job, taken_at) values (?, ?)")
                    .params(run.job(), Timestamp.from(now))
                    .update();
        }
    }

    /** A run that did not fail by itself: the try before does not count as one of its own. */
    void waitAgain(RunId run, boolean lost) {
        jdbc.sql("update nightshift_queue set waiting = true, losses = losses + ?, tries = tries - 1 where run_id = ?")
                .param(lost ? 1 : 0)
                .param(run.value())
                .update();
    }

    void waitForNextTry(RunId run, Instant notBefore) {
        jdbc.sql("update nightshift_queue set waiting = true, not_before = ? where run_id = ?")
                .param(Timestamp.from(notBefore))
                .param(run.value())
                .update();
    }

    int prioritise(RunId run, int priority) {
        return jdbc.sql("update nightshift_queue set priority = ? where run_id = ? and waiting")
                .params(priority, run.value())
                .update();
    }

    /**
     * The runs that may be taken now, best first.
     *
     * @param taken those that are at work: few, while thousands may wait, and so counted once and not for each that waits
     */
    List<QueuedRun> candidates(Instant now, List<QueuedRun> taken, Collection<String> busyDevices) {
        Map<String, Object> values = new HashMap<>();
        values.put("now", Timestamp.from(now));
        values.put("busy", busyDevices.isEmpty() ? List.of("") : busyDevices);
        StringBuilder limits = new StringBuilder();
        StringBuilder running = new StringBuilder();
        taken.stream().collect(groupingBy(QueuedRun::job, counting())).forEach((job, runs) -> {
            String name = "job" + values.size();
            values.put(name, job);
            limits.append(" and not (q.job = :%s and q.job_parallel <= %s)".formatted(name, runs));
            running.append(" when q.job = :%s then %s".formatted(name, runs));
        });
        taken.stream().collect(groupingBy(QueuedRun::origin, counting())).forEach((origin, runs) -> {
            String name = "origin" + values.size();
            values.put(name, origin.name());
            limits.append(" and not (q.origin = '%s' and q.origin_name = :%s and q.origin_parallel <= %s)"
                    .formatted(origin.kind(), name, runs));
        });
        String fewer = running.isEmpty() ? "" : "case" + running + " else 0 end, ";
        return jdbc.sql("""
                select q.* from nightshift_queue q
                left join nightshift_run r on r.active_key = q.active_key and r.run_id <> q.run_id
                left join nightshift_queue_share s on s.job = q.job
                where q.waiting and (q.not_before is null or q.not_before <= :now)
                    and (q.start_before is null or q.start_before > :now)
                    and q.device not in (:busy) and r.run_id is null%s
                order by case when q.origin = 'BACKFILL' then 1 else 0 end, q.priority desc,
                    %ss.taken_at nulls first, q.submitted_at, q.run_id
                limit %d""".formatted(limits, fewer, MOST_TRIED))
                .params(values)
                .query(QueueTable::map)
                .list();
    }

    /** All that wait, in the order in which they would be taken if each job had one more run at work for each that is taken. */
    List<QueuedRun> waiting(int most) {
        return jdbc.sql("""
                select w.* from (
                    select q.*, case when q.origin = 'BACKFILL' then 1 else 0 end as background,
                        row_number() over (partition by q.job, case when q.origin = 'BACKFILL' then 1 else 0 end, q.priority
                            order by q.submitted_at, q.run_id)
                        + (select count(*) from nightshift_queue o where o.job = q.job and not o.waiting) as turn
                    from nightshift_queue q where q.waiting) w
                left join nightshift_queue_share s on s.job = w.job
                order by w.background, w.priority desc, w.turn, s.taken_at nulls first, w.submitted_at, w.run_id
                limit ?""").param(most).query(QueueTable::map).list();
    }

    List<QueuedRun> taken() {
        return jdbc.sql(SELECT + " where not waiting order by submitted_at, run_id")
                .query(QueueTable::map)
                .list();
    }

    List<ActiveRun> of(Origin origin) {
        return jdbc.sql("select run_id, origin, origin_name, waiting from nightshift_queue where origin = ?"
                        + " and origin_name = ? order by submitted_at, run_id")
                .params(origin.kind().name(), origin.name())
                .query(QueueTable::mapActive)
                .list();
    }

    List<ActiveRun> overdue(Instant now) {
        return jdbc.sql("select run_id, origin, origin_name, waiting from nightshift_queue where waiting"
                        + " and start_before <= ? order by start_before")
                .param(Timestamp.from(now))
                .query(QueueTable::mapActive)
                .list();
    }

    private static ActiveRun mapActive(ResultSet row, int number) throws SQLException {
        return new ActiveRun(
                new RunId(row.getObject("run_id", UUID.class)),
                new Origin(Origin.Kind.valueOf(row.getString("origin")), row.getString("origin_name")),
                row.getBoolean("waiting"));
    }

    /** Of waiting runs, the run that holds their job and parameters: at work, or first in the line. */
    Map<RunId, RunId> holders() {
        Map<RunId, RunId> holders = new HashMap<>();
        jdbc.sql("select q.run_id, r.run_id as holder from nightshift_queue q join nightshift_run r"
                        + " on r.active_key = q.active_key and r.run_id <> q.run_id where q.waiting")
                .query((row, number) -> holders.put(
                        new RunId(row.getObject("run_id", UUID.class)), new RunId(row.getObject("holder", UUID.class))))
                .list();
        return holders;
    }

    /** How many runs wait, of all jobs and of one. */
    record Waiting(int all, int ofJob) {}

    Waiting countWaiting(String job) {
        return jdbc.sql("select count(*), count(case when job = ? then 1 end) from nightshift_queue where waiting")
                .param(job)
                .query((row, number) -> new Waiting(row.getInt(1), row.getInt(2)))
                .single();
    }

    int countWaiting() {
        return jdbc.sql("select count(*) from nightshift_queue where waiting")
                .query(Integer.class)
                .single();
    }

    /** The taken runs that have ended, in whatever process. */
    List<RunId> ended() {
        return jdbc.sql("select q.run_id from nightshift_queue q join nightshift_run r on r.run_id = q.run_id"
                        + " where not q.waiting and r.state in ('COMPLETED', 'FAILED', 'STOPPED')")
                .query((row, number) -> new RunId(row.getObject(1, UUID.class)))
                .list();
    }

    /** Whether a run's last move was to end although nobody asked it to. */
    boolean endedUnasked(RunRecord run) {
        return jdbc.sql("select from_state from nightshift_run_event where run_id = ? order by sequence desc limit 1")
                .param(run.id().value())
                .query(String.class)
                .optional()
                .filter("RUNNING"::equals)
                .isPresent();
    }

    private static QueuedRun map(ResultSet row, int number) throws SQLException {
        return new QueuedRun(
                new RunId(row.getObject("run_id", UUID.class)),
                row.getString("job"),
                new Origin(Origin.Kind.valueOf(row.getString("origin")), row.getString("origin_name")),
                row.getBoolean("waiting"),
                row.getInt("priority"),
                row.getTimestamp("submitted_at").toInstant(),
                SqlInstant.of(row, "not_before"),
                SqlInstant.of(row, "start_before"),
                row.getString("device"),
                row.getInt("job_parallel"),
                row.getInt("origin_parallel"),
                row.getString("active_key"),
                row.getInt("tries"),
                new Retry(
                        row.getInt("most_tries"),
                        Duration.ofMillis(row.getLong("backoff_first")),
                        Duration.ofMillis(row.getLong("backoff_most"))),
                row.getInt("losses"));
    }
}
