package io.nightshift.ledger;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the state of runs. Every move is a compare-and-set on the expected state and token, and its event commits in the
 * same transaction; of several callers that try one move, exactly one succeeds. Thread-safe.
 */
public final class RunLedger {

    private static final int LONGEST_REASON = 2000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final JsonMapper json = JsonMapper.shared();

    RunLedger(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Records a new run as QUEUED.
     *
     * @throws NightshiftException ALREADY_RUNNING, naming the active run of the same job and identifying parameters
     */
    public RunRecord create(NewRun run, String who) {
        RunId id = RunId.create(clock);
        try {
            transactions.executeWithoutResult(status -> {
                jdbc.sql("""
                        insert into nightshift_run (run_id, job, experiment, logical_date, state, attempt, token,
                            active_key, parameters, tags, definition, created_at, lease_until)
                        values (?, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?, ?, """ + Leases.FIRST + ")")
                        .params(
                                id.value(),
                                run.job().value(),
                                run.experiment(),
                                Timestamp.valueOf(run.logicalDate()),
                                RunState.QUEUED.name(),
                                run.activeKey(),
                                json.writeValueAsString(run.parameters()),
                                json.writeValueAsString(run.tags()),
                                run.definition(),
                                Timestamp.from(clock.instant()))
                        .update();
                recordEvent(id, 1, null, RunState.QUEUED, who, "launched");
            });
        } catch (DuplicateKeyException taken) {
            throw alreadyRunning(run.activeKey(), taken);
        }
        return get(id);
    }

    /** What whoever wants to start a run is told where another one holds the same job and parameters. */
    public NightshiftException alreadyRunning(String activeKey, DuplicateKeyException cause) {
        String winner = jdbc.sql("select run_id from nightshift_run where active_key = ?")
                .param(activeKey)
                .query(String.class)
                .optional()
                .orElse("one that has just ended");
        return new NightshiftException(
                FailureCode.ALREADY_RUNNING,
                "a run of this job with the same parameters is active: " + winner + "; nothing was started",
                cause);
    }

    /**
     * Opens the next attempt of a failed or stopped run: QUEUED again, attempt and token raised.
     *
     * @throws NightshiftException STATE_CONFLICT where the run is not restartable, ALREADY_RUNNING where another run of
     *     the same job and parameters is active
     */
    public RunRecord reopen(RunId id, String activeKey, String who) {
        RunRecord run = get(id);
        requireRestartable(run);
        try {
            transactions.executeWithoutResult(status -> {
                int moved = jdbc.sql("""
                        update nightshift_run set state = 'QUEUED', attempt = attempt + 1, token = token + 1,
                            active_key = ?, ended_at = null, failure_code = null, failure_message = null,
                            failure_where = null, lease_until = """ + Leases.FIRST
                                + " where run_id = ? and state = ? and token = ? and purged_at is null")
                        .params(activeKey, id.value(), run.state().name(), run.token())
                        .update();
                if (moved != 1) {
                    requireRestartable(get(id));
                    requireMoved(moved, run, RunState.QUEUED);
                }
                recordEvent(id, run.attempt() + 1, run.state(), RunState.QUEUED, who, "restarted");
            });
        } catch (DuplicateKeyException taken) {
            throw alreadyRunning(activeKey, taken);
        }
        return get(id);
    }

    private static void requireInactive(RunRecord run) {
        if (run.state().active()) {
            throw new NightshiftException(
                    FailureCode.ALREADY_RUNNING,
                    "run " + run.id() + " is active already: attempt " + run.attempt() + " is " + run.state()
                            + (run.owner() == null ? "" : ", last in " + run.owner())
                            + "; nothing was started. If that process is dead, the run is free as soon as its"
                            + " lease is out");
        }
    }

    private static void requireRestartable(RunRecord run) {
        requireInactive(run);
        run.requireResults();
        if (!run.state().restartable()) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " is " + run.state() + "; only FAILED and STOPPED runs can be restarted");
        }
    }

    /**
     * QUEUED to RUNNING: this process is the owner from here on.
     *
     * @return the run; STOPPING, and not to be worked on, where a stop was asked for since the caller took it
     */
    public RunRecord start(RunRecord run, String owner) {
        transactions.executeWithoutResult(status -> {
            int moved = jdbc.sql("""
                    update nightshift_run set state = 'RUNNING', owner = ?, started_at = coalesce(started_at, ?),
                        lease_until = """ + Leases.FIRST + " where run_id = ? and state = 'QUEUED' and token = ?")
                    .params(owner, Timestamp.from(clock.instant()), run.id().value(), run.token())
                    .update();
            if (moved == 0 && isStopping(run)) {
                return;
            }
            requireMoved(moved, run, RunState.RUNNING);
            recordEvent(run.id(), run.attempt(), RunState.QUEUED, RunState.RUNNING, owner, "started");
        });
        return get(run.id());
    }

    private boolean isStopping(RunRecord run) {
        RunRecord now = get(run.id());
        return now.state() == RunState.STOPPING && now.token() == run.token();
    }

    /**
     * RUNNING, or QUEUED and taken by a process, to STOPPING. Returns false where the run is in another state than the caller saw, or
     * is in nobody's hands.
     */
    public boolean requestStop(RunRecord run, String who, String why) {
        if (run.state() != RunState.RUNNING && run.state() != RunState.QUEUED) {
            return false;
        }
        return Boolean.TRUE.equals(transactions.execute(status -> {
            int moved = jdbc.sql("update nightshift_run set state = 'STOPPING' where run_id = ? and state = ?"
                            + " and token = ? and lease_until is not null")
                    .params(run.id().value(), run.state().name(), run.token())
                    .update();
            if (moved == 1) {
                recordEvent(run.id(), run.attempt(), run.state(), RunState.STOPPING, who, why);
            }
            return moved == 1;
        }));
    }

    /**
     * Ends an attempt in STOPPED or FAILED, releases the job for other runs and keeps what is committed.
     *
     * @param rows counts of the committed chunks
     */
    public RunRecord end(RunRecord run, RunState state, RowCounts rows, @Nullable RunFailure failure, String who) {
        transactions.executeWithoutResult(status -> {
            RunState from = get(run.id()).state();
            requireAllowed(run, from, state);
            int moved = jdbc.sql("""
                    update nightshift_run set state = ?, active_key = null, ended_at = ?, rows_read = ?,
                        rows_predicted = ?, rows_rejected = ?, rows_filtered = ?, failure_code = ?,
                        failure_message = ?, failure_where = ?
                    where run_id = ? and state = ? and token = ?""")
                    .param(state.name())
                    .param(Timestamp.from(clock.instant()))
                    .param(rows.read())
                    .param(rows.predicted())
                    .param(rows.rejected())
                    .param(rows.filtered())
                    .param(failure == null ? null : failure.code().name())
                    .param(failure == null ? null : failure.message())
                    .param(failure == null ? null : shortened(failure.where()))
                    .param(run.id().value())
                    .param(from.name())
                    .param(run.token())
                    .update();
            requireMoved(moved, run, state);
            String why = failure == null ? "stopped after the last committed chunk" : failure.message();
            recordEvent(run.id(), run.attempt(), from, state, who, why);
        });
        return get(run.id());
    }

    /** RUNNING or STOPPING to COMPLETED; to be called in the publishing transaction. */
    public void complete(RunRecord run, RowCounts rows, String who) {
        RunState from = get(run.id()).state();
        requireAllowed(run, from, RunState.COMPLETED);
        Timestamp now = Timestamp.from(clock.instant());
        int moved = jdbc.sql("""
                update nightshift_run set state = 'COMPLETED', active_key = null, ended_at = ?, published_at = ?,
                    rows_read = ?, rows_predicted = ?, rows_rejected = ?, rows_filtered = ?
                where run_id = ? and state = ? and token = ?""")
                .params(
                        now,
                        now,
                        rows.read(),
                        rows.predicted(),
                        rows.rejected(),
                        rows.filtered(),
                        run.id().value(),
                        from.name(),
                        run.token())
                .update();
        requireMoved(moved, run, RunState.COMPLETED);
        recordEvent(run.id(), run.attempt(), from, RunState.COMPLETED, who, "published");
    }

    /**
     * Records, in the caller's transaction, that a completed run is published again; until it ends, nobody can purge the run.
     *
     * @throws NightshiftException STATE_CONFLICT where the run is purged
     */
    public void republished(RunRecord run, String who) {
        int published = jdbc.sql("update nightshift_run set published_at = ? where run_id = ? and purged_at is null")
                .params(Timestamp.from(clock.instant()), run.id().value())
                .update();
        if (published == 0) {
            get(run.id()).requireResults();
        }
        recordEvent(run.id(), run.attempt(), run.state(), run.state(), who, "published again");
    }

    /**
     * Opens an attempt that scores the rejected rows of a complete run again: REDRIVING, attempt and token raised.
     *
     * @throws NightshiftException STATE_CONFLICT where the run is not complete, ALREADY_RUNNING where another run of the
     *     same job and parameters is active
     */
    public RunRecord openRedrive(RunId id, String activeKey, String who) {
        RunRecord run = get(id);
        requireInactive(run);
        run.requireResults();
        if (run.state() != RunState.COMPLETED) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + id + " is " + run.state() + "; only COMPLETED runs can be redriven"
                            + (run.state().restartable() ? ": `nightshift restart " + id + "` goes on with it" : "")
                            + ". Nothing was changed");
        }
        try {
            transactions.executeWithoutResult(status -> {
                int moved = jdbc.sql("""
                        update nightshift_run set state = 'REDRIVING', attempt = attempt + 1, token = token + 1,
                            active_key = ?, owner = ?, lease_until = """ + Leases.FIRST
                                + " where run_id = ? and state = 'COMPLETED' and token = ? and purged_at is null")
                        .params(activeKey, who, id.value(), run.token())
                        .update();
                if (moved != 1) {
                    get(id).requireResults();
                    requireMoved(moved, run, RunState.REDRIVING);
                }
                String why = run.rows().rejected() + " rejected rows are scored again";
                recordEvent(id, run.attempt() + 1, RunState.COMPLETED, RunState.REDRIVING, who, why);
            });
        } catch (DuplicateKeyException taken) {
            throw alreadyRunning(activeKey, taken);
        }
        return get(id);
    }

    /** REDRIVING to COMPLETED with new counts; to be called in the transaction that writes the redrive's rows. */
    public void redriven(RunRecord run, RowCounts rows, String who, String why) {
        int moved = jdbc.sql("""
                update nightshift_run set state = 'COMPLETED', active_key = null, ended_at = ?, rows_read = ?,
                    rows_predicted = ?, rows_rejected = ?, rows_filtered = ?
                where run_id = ? and state = 'REDRIVING' and token = ?""")
                .params(
                        Timestamp.from(clock.instant()),
                        rows.read(),
                        rows.predicted(),
                        rows.rejected(),
                        rows.filtered(),
                        run.id().value(),
                        run.token())
                .update();
        requireMoved(moved, run, RunState.COMPLETED);
        recordEvent(run.id(), run.attempt(), RunState.REDRIVING, RunState.COMPLETED, who, why);
    }

    /** REDRIVING to COMPLETED where nothing of the redrive was kept: the run is as it was before. */
    public RunRecord redriveGivenUp(RunRecord run, String who, String why) {
        transactions.executeWithoutResult(status -> {
            int moved = jdbc.sql("update nightshift_run set state = 'COMPLETED', active_key = null"
                            + " where run_id = ? and state = 'REDRIVING' and token = ?")
                    .params(run.id().value(), run.token())
                    .update();
            requireMoved(moved, run, RunState.COMPLETED);
            recordEvent(run.id(), run.attempt(), RunState.REDRIVING, RunState.COMPLETED, who, why);
        });
        return get(run.id());
    }

    public Optional<RunRecord> find(RunId id) {
        return jdbc.sql(RunRows.SELECT + " where run_id = ?")
                .param(id.value())
                .query(RunRows::map)
                .optional();
    }

    /** @throws NightshiftException RUN_UNKNOWN */
    public RunRecord get(RunId id) {
        return find(id).orElseThrow(() -> new NightshiftException(FailureCode.RUN_UNKNOWN, "there is no run " + id));
    }

    /** Every move of a run, oldest first. */
    public List<RunEvent> events(RunId id) {
        return jdbc.sql("select at, attempt, from_state, to_state, who, why from nightshift_run_event where run_id = ?"
                        + " order by sequence")
                .param(id.value())
                .query(RunRows::mapEvent)
                .list();
    }

    void recordEvent(RunId id, int attempt, @Nullable RunState from, RunState to, String who, String why) {
        jdbc.sql("insert into nightshift_run_event (run_id, at, attempt, from_state, to_state, who, why)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .param(id.value())
                .param(Timestamp.from(clock.instant()))
                .param(attempt)
                .param(from == null ? null : from.name())
                .param(to.name())
                .param(who)
                .param(shortened(why))
                .update();
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private static void requireAllowed(RunRecord run, RunState from, RunState to) {
        if (!from.mayBecome(to)) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT, "run " + run.id() + " is " + from + " and cannot become " + to);
        }
    }

    private static void requireMoved(int moved, RunRecord run, RunState to) {
        if (moved != 1) {
            throw new NightshiftException(
                    FailureCode.LEASE_LOST,
                    "run " + run.id() + " was changed by another process and did not become " + to
                            + "; its committed chunks are kept");
        }
    }

    /**
     * What a launch records.
     *
     * @param activeKey hash of the job and its identifying parameters
     * @param definition the resolved job text
     */
    public record NewRun(
            io.nightshift.job.JobName job,
            String experiment,
            LocalDateTime logicalDate,
            String activeKey,
            Map<String, String> parameters,
            Map<String, String> tags,
            String definition) {}
}
