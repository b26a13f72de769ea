package io.nightshift.run;

import io.nightshift.database.Home;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.registry.ModelFolder;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Scores the rejected rows of complete runs again, one attempt at a time in the caller's thread. All that an attempt changes of a
 * run's results is one transaction: until it commits, and where it never does, the run is COMPLETED as it was.
 */
public final class RedriveLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(RedriveLauncher.class);

    private final RedriveParts parts;
    private final CrashRecovery recovery;
    private final Home home;

    RedriveLauncher(RedriveParts parts, CrashRecovery recovery, Home home) {
        this.parts = parts;
        this.recovery = recovery;
        this.home = home;
    }

    /**
     * Redrives a run to its end.
     *
     * @param job the run's own definition, as it recorded it, but for the model
     * @return the run as it is then; unchanged where it has no rejects, or where a stop was asked for ({@link
     *     RunControl#gaveUp})
     * @throws NightshiftException STATE_CONFLICT, ALREADY_RUNNING, MODEL_UNKNOWN where nothing was started; else what kept
     *     the redrive from its end, saying how the run is left
     */
    public RunRecord redrive(RunRecord run, JobDefinition job, String who, RunControl control) {
        run.requireResults();
        if (run.state() == RunState.COMPLETED && run.rows().rejected() == 0) {
            return run;
        }
        requireOneDatabase();
        ModelFolder.requireKnown(job.model(), Path.of(""));
        RunRecord open = parts.ledgers().runs().openRedrive(run.id(), ActiveKey.of(run.job(), run.parameters()), who);
        try (RunLog log = RunLog.open(home, open)) {
            try (LeaseKeeper lease = LeaseKeeper.start(parts.ledgers(), recovery, open, control)) {
                return work(open, job, who, control);
            }
        }
    }

    /** What a redrive changes is one transaction over results and record. */
    private void requireOneDatabase() {
        if (!parts.databases().shared()) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "a redrive needs the record of runs and the results in one database, and here metadata are in '"
                            + parts.databases().metadata().name() + "' and results in '"
                            + parts.databases().results().name() + "'; nothing was started. A new run scores all rows");
        }
    }

    private void begin(RunRecord run) {
        parts.attempt()
                .retry()
                .run("begin the redrive", () -> parts.ledgers().chunks().raiseFence(run));
        Failpoint.REDRIVE_STARTED.pass();
        LOG.info("run={} name={} job={} state=REDRIVING", run.id(), run.name(), run.job());
    }

    private RunRecord work(RunRecord run, JobDefinition job, String who, RunControl control) {
        try {
            begin(run);
            return redriven(run, job, who, control);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw failed(run, who, e);
        }
    }

    private RunRecord redriven(RunRecord run, JobDefinition job, String who, RunControl control) {
        try (Redrive redrive = new Redrive(run, job, control, parts)) {
            boolean committed = redrive.commit(who);
            parts.ledgers().details().metrics(run, redrive.metrics());
            if (committed) {
                redrive.publish();
                RunRecord now = parts.ledgers().runs().get(run.id());
                LOG.info(
                        "run={} state=COMPLETED redriven rejected={}",
                        run.id(),
                        now.rows().rejected());
                return now;
            }
        }
        control.giveUp();
        LOG.info("run={} state=COMPLETED redrive stopped reason={}", run.id(), control.stopReason());
        parts.publisher().dropRedrive(run);
        return parts.ledgers()
                .runs()
                .redriveGivenUp(run, who, "stopped: " + control.stopReason() + "; the run is as it was before");
    }

    private NightshiftException failed(RunRecord run, String who, Throwable cause) {
        RunLedger runs = parts.ledgers().runs();
        DatabaseRetry retry = parts.attempt().retry();
        try {
            RunRecord now = retry.call("see how the redrive ended", () -> runs.get(run.id()));
            if (now.token() != run.token()) {
                return Failures.replaced(now, cause);
            }
            if (now.state() == RunState.COMPLETED) {
                LOG.error("run={} state=COMPLETED redriven, manifest due", run.id(), cause);
                return Failures.afterRedriving(run, cause);
            }
            NightshiftException failure = Failures.ofRedrive(run, cause);
            LOG.error("run={} state=COMPLETED redrive failed code={}", run.id(), failure.code(), cause);
            parts.publisher().dropRedrive(run);
            retry.run("record the end of the redrive", () -> {
                // A try that arrived although nobody heard so has ended it.
                if (runs.get(run.id()).state() == RunState.REDRIVING) {
                    runs.redriveGivenUp(run, who, String.valueOf(failure.getMessage()));
                }
            });
            return failure;
        } catch (DataAccessException | TransactionException e) {
            // Whoever opens the home next gives the redrive up.
            LOG.error("run={} redrive cannot be ended: {}", run.id(), e.getMessage(), cause);
            return Failures.ofRedrive(run, cause);
        }
    }
}
