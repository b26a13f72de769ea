package io.nightshift.ledger;

import java.sql.Timestamp;
import java.time.Clock;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Moves of runs that wait for a process to take them. A waiting run is QUEUED without a lease: it has no owner, and no
 * process that starts or dies loses it. Every move is a compare-and-set with its event, in the caller's transaction where
 * there is one. Thread-safe.
 */
public final class WaitingRuns {

    private final RunLedger runs;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    WaitingRuns(RunLedger runs, JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.runs = runs;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Records a new run as QUEUED. It holds its job and parameters against others only once it is {@link #claim claimed}. */
    public RunRecord create(RunLedger.NewRun run, String who, String why) {
        RunId id = RunId.create(clock);
        transactions.executeWithoutResult(status -> {
            jdbc.sql("""
                    insert into nightshift_run (run_id, job, experiment, logical_date, state, attempt, token, active_key,
                        parameters, tags, definition, created_at, lease_until)
                    values (?, ?, ?, ?, 'QUEUED', 1, 1, null, ?, ?, ?, ?, null)""")
                    .params(
                            id.value(),
                            run.job().value(),
                            run.experiment(),
                            Timestamp.valueOf(run.logicalDate()),
                            JsonMapper.shared().writeValueAsString(run.parameters()),
                            JsonMapper.shared().writeValueAsString(run.tags()),
                            run.definition(),
                            Timestamp.from(clock.instant()))
                    .update();
            runs.recordEvent(id, 1, null, RunState.QUEUED, who, why);
        });
        return runs.get(id);
    }

    /**
     * Lets a waiting run hold its job and parameters already, as one does that a person asks for.
     *
     * @throws DuplicateKeyException where another run holds them: {@link RunLedger#alreadyRunning} names it; the caller's
     *     transaction is to be given up
     */
    public void hold(RunId id, String activeKey) {
        jdbc.sql("update nightshift_run set active_key = ? where run_id = ?")
                .params(activeKey, id.value())
                .update();
    }

    /**
     * Makes the next attempt of a failed or stopped run wait: QUEUED again, attempt and token raised.
     *
     * @return false where the run is no longer in the state that the caller saw
     */
    public boolean reopen(RunRecord run, String who, String why) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            int moved = jdbc.sql("""
                    update nightshift_run set state = 'QUEUED', attempt = attempt + 1, token = token + 1,
                        active_key = null, ended_at = null, failure_code = null, failure_message = null,
                        failure_where = null, lease_until = null
                    where run_id = ? and state in ('FAILED', 'STOPPED') and token = ? and purged_at is null""").params(run.id().value(), run.token()).update();
            if (moved == 1) {
                runs.recordEvent(run.id(), run.attempt() + 1, run.state(), RunState.QUEUED, who, why);
            }
            return moved == 1;
        }));
    }

    /**
     * Takes a waiting run for a process, which holds it from here on by a lease and is to start it.
     *
     * @return false where it waits no longer
     * @throws DuplicateKeyException where another run holds the same job and parameters
     */
    public boolean claim(RunId id, String activeKey) {
        return jdbc.sql("update nightshift_run set active_key = ?, lease_until = " + Leases.FIRST
                                + " where run_id = ? and state = 'QUEUED' and lease_until is null")
                        .params(activeKey, id.value())
                        .update()
                == 1;
    }

    /** QUEUED to STOPPED. Returns false where a process has taken it already. */
    public boolean cancel(RunRecord run, String who, String why) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            int moved = jdbc.sql("update nightshift_run set state = 'STOPPED', active_key = null, ended_at = ?"
                            + " where run_id = ? and state = 'QUEUED' and lease_until is null")
                    .params(Timestamp.from(clock.instant()), run.id().value())
                    .update();
            if (moved == 1) {
                runs.recordEvent(run.id(), run.attempt(), RunState.QUEUED, RunState.STOPPED, who, why);
            }
            return moved == 1;
        }));
    }
}
