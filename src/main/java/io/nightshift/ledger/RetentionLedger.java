package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobName;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Says which runs are pinned and whose results are removed. A run is marked as purged by a compare-and-set before the first of
 * its results is removed, and from then on nothing brings it back; it is due until the last is removed. Thread-safe.
 */
public final class RetentionLedger {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final RunLedger runs;
    private final Clock clock;

    RetentionLedger(JdbcClient jdbc, TransactionTemplate transactions, RunLedger runs, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.runs = runs;
        this.clock = clock;
    }

    /** A run that is not active and has its results. */
    public record EndedRun(RunId id, RunState state, Instant ended, boolean pinned) {}

    /** Those of a job, the last to end first. */
    public List<EndedRun> endedRuns(JobName job) {
        return jdbc
                .sql("select run_id, state, coalesce(ended_at, created_at) as ended, pinned from nightshift_run"
                        + " where job = ? and purged_at is null order by ended desc, run_id desc")
                .param(job.value())
                .query((row, number) -> new EndedRun(
                        new RunId(row.getObject(1, UUID.class)),
                        RunState.valueOf(row.getString(2)),
                        row.getTimestamp(3).toInstant(),
                        row.getBoolean(4)))
                .list()
                .stream()
                .filter(run -> !run.state().active())
                .toList();
    }

    /** Runs that are marked and whose results may not all be removed, in the order of their marks. */
    public List<RunRecord> due() {
        return jdbc.sql(RunRows.SELECT + " where purge_due order by purged_at, run_id")
                .query(RunRows::map)
                .list();
    }

    /**
     * Pins a run, or no longer does. A second time changes nothing.
     *
     * @throws NightshiftException STATE_CONFLICT where a run to be pinned is purged
     */
    public RunRecord pin(RunRecord run, boolean pinned, String who) {
        transactions.executeWithoutResult(status -> {
            int changed = jdbc.sql("update nightshift_run set pinned = ? where run_id = ? and pinned <> ?"
                            + " and purged_at is null")
                    .params(pinned, run.id().value(), pinned)
                    .update();
            RunRecord now = runs.get(run.id());
            if (changed == 1) {
                runs.recordEvent(
                        now.id(), now.attempt(), now.state(), now.state(), who, pinned ? "pinned" : "no longer pinned");
            } else if (pinned) {
                now.requireResults();
            }
        });
        return runs.get(run.id());
    }

    /**
     * Marks a run as purged, in the caller's transaction, which keeps others from publishing it until it ends.
     *
     * @return false where the run is no longer as it was: active, pinned or purged
     */
    public boolean mark(RunRecord run, String who, String why) {
        if (run.state().active()) {
            return false;
        }
        int marked = jdbc.sql("update nightshift_run set purged_at = ?, purge_due = true where run_id = ? and state = ?"
                        + " and token = ? and not pinned and purged_at is null")
                .params(
                        Timestamp.from(clock.instant()),
                        run.id().value(),
                        run.state().name(),
                        run.token())
                .update();
        if (marked == 0) {
            return false;
        }
        runs.recordEvent(run.id(), run.attempt(), run.state(), run.state(), who, "purged: " + why);
        return true;
    }

    /** Records, in the caller's transaction, that nothing of a purged run's results is left. */
    public void removed(RunRecord run) {
        int ended = jdbc.sql("update nightshift_run set purge_due = false where run_id = ? and purged_at is not null")
                .param(run.id().value())
                .update();
        if (ended == 0) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT, "run " + run.id() + " is not purged, and its results are gone");
        }
        jdbc.sql("delete from nightshift_artefact where run_id = ?")
                .param(run.id().value())
                .update();
    }
}
