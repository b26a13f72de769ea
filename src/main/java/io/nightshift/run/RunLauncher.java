package io.nightshift.run;

import io.nightshift.database.Home;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.registry.ModelFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Launches and restarts runs, one attempt at a time in the caller's thread. Whatever happens in between, an attempt ends
 * in COMPLETED, FAILED or STOPPED before the call returns; only the death of the process leaves it to {@link
 * CrashRecovery}.
 */
public final class RunLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(RunLauncher.class);

    private final Ledgers ledgers;
    private final ScoringJob scoringJob;
    private final JobOperator batch;
    private final AttemptParts parts;
    private final RunPublisher publisher;
    private final CrashRecovery recovery;
    private final Home home;

    RunLauncher(
            AttemptParts parts,
            ScoringJob scoringJob,
            JobOperator batch,
            RunPublisher publisher,
            CrashRecovery recovery,
            Home home) {
        this.parts = parts;
        this.ledgers = parts.ledgers();
        this.publisher = publisher;
        this.scoringJob = scoringJob;
        this.batch = batch;
        this.recovery = recovery;
        this.home = home;
    }

    /**
     * Makes a new run and works on it to its end.
     *
     * @param job with its parameters filled in
     * @param logicalDate the date and time the run is for
     * @param who user and process, for the run's events
     * @return the run as it ended: COMPLETED, FAILED with its failure, or STOPPED
     * @throws NightshiftException ALREADY_RUNNING, MODEL_UNKNOWN; nothing was started
     */
    public RunRecord launch(
            JobDefinition job, LocalDateTime logicalDate, Map<String, String> tags, String who, RunControl control) {
        return work(ledgers.runs().create(newRun(job, logicalDate, tags), who), job, who, control);
    }

    /**
     * What is recorded of a run that is to be made.
     *
     * @throws NightshiftException MODEL_UNKNOWN
     */
    public static RunLedger.NewRun newRun(JobDefinition job, LocalDateTime logicalDate, Map<String, String> tags) {
        ModelFolder.requireKnown(job.model(), Path.of(""));
        Map<String, String> parameters = new LinkedHashMap<>();
        job.parameters().forEach((name, value) -> parameters.put(name, value.text()));
        return new RunLedger.NewRun(
                job.name(),
                job.experiment(),
                logicalDate,
                ActiveKey.of(job.name(), parameters),
                parameters,
                tags,
                job.resolvedText());
    }

    /**
     * Works to its end on a run that waited and that this process has claimed.
     *
     * @return the run as it ended: COMPLETED, FAILED with its failure, or STOPPED
     */
    public RunRecord work(RunRecord claimed, String who, RunControl control) {
        return work(claimed, RecordedJob.of(claimed), who, control);
    }

    /**
     * Continues a failed or stopped run with a new attempt, from where the ledger says.
     *
     * @param job the run's own definition, as it recorded it
     * @throws NightshiftException STATE_CONFLICT, ALREADY_RUNNING; nothing was started
     */
    public RunRecord restart(RunRecord run, JobDefinition job, String who, RunControl control) {
        RunRecord reopened = ledgers.runs().reopen(run.id(), ActiveKey.of(run.job(), run.parameters()), who);
        return work(reopened, job, who, control);
    }

    private RunRecord work(RunRecord queued, JobDefinition job, String who, RunControl control) {
        try (RunLog log = RunLog.open(home, queued)) {
            RunRecord run = parts.retry().call("start the run", () -> started(queued, who));
            if (run.state() == RunState.STOPPING) {
                return parts.retry().call("stop the run", () -> stopped(run, who));
            }
            // The lease is kept until the end is recorded, which a database in trouble may delay.
            try (LeaseKeeper lease = LeaseKeeper.start(ledgers, recovery, run, control);
                    Attempt attempt = new Attempt(run, job, control, parts)) {
                execute(run, attempt);
                return ended(run, attempt, who);
            }
        }
    }

    /** May be repeated: a try that arrived although nobody heard so has started the run. */
    private RunRecord started(RunRecord queued, String who) {
        RunRecord now = ledgers.runs().get(queued.id());
        return now.state() != RunState.QUEUED && now.state().active() && now.token() == queued.token()
                ? now
                : ledgers.runs().start(queued, who);
    }

    /** Ends a run whose stop was asked for before this process began to work on it. May be repeated. */
    private RunRecord stopped(RunRecord run, String who) {
        if (!ledgers.runs().get(run.id()).state().active()) {
            return ledgers.runs().get(run.id());
        }
        LOG.info("run={} state=STOPPED before its attempt began", run.id());
        return ledgers.runs().end(run, RunState.STOPPED, ledgers.chunks().committedRows(run.id()), null, who);
    }

    private void begin(RunRecord run) {
        parts.retry().run("begin the attempt", () -> {
            ledgers.chunks().raiseFence(run);
            ledgers.details().artefact(run.id(), RunLog.artefact(home, run));
        });
        Failpoint.RUN_STARTED.pass();
        LOG.info("run={} name={} job={} state=RUNNING", run.id(), run.name(), run.job());
    }

    private void execute(RunRecord run, Attempt attempt) {
        try {
            begin(run);
            JobExecution execution = batch.start(
                    scoringJob.of(attempt),
                    new JobParametersBuilder()
                            .addString("run", run.id().toString())
                            .addLong("attempt", (long) run.attempt())
                            .toJobParameters());
            for (Throwable failure : execution.getAllFailureExceptions()) {
                // A stop is a failure to Batch, of this kind; whatever else failed is the run's.
                if (attempt.control().stopReason() == null || !(failure instanceof JobInterruptedException)) {
                    attempt.control().failed(failure);
                }
            }
        } catch (JobExecutionException | RuntimeException e) {
            attempt.control().failed(e);
        }
    }

    private RunRecord ended(RunRecord run, Attempt attempt, String who) {
        Throwable cause = attempt.control().failure();
        try {
            attempt.recordMetrics();
            return parts.retry().call("record the end of the run", () -> recorded(run, attempt, cause, who));
        } catch (DataAccessException | TransactionException e) {
            // A database whose disk is full closes itself: what follows says so, and not why.
            LOG.error("run={} cannot be ended: {}", run.id(), e.getMessage(), cause);
            throw Failures.unrecorded(run, cause, knownPublished(run), e);
        }
    }

    private boolean knownPublished(RunRecord run) {
        try {
            return ledgers.chunks().published(run.id());
        } catch (DataAccessException | TransactionException unknown) {
            return false;
        }
    }

    private RunRecord recorded(RunRecord run, Attempt attempt, @Nullable Throwable cause, String who) {
        RunRecord now = ledgers.runs().get(run.id());
        if (now.state() == RunState.COMPLETED && cause == null) {
            LOG.info("run={} state=COMPLETED rows={}", run.id(), now.rows().read());
            return now;
        }
        if (now.token() != run.token()) {
            throw Failures.replaced(now, cause);
        }
        // What readers see decides, whatever failed afterwards.
        if (ledgers.chunks().publishedAfterAll(run.id())) {
            RunRecord published = publisher.completePublished(run, attempt.job());
            LOG.warn(
                    "run={} state=COMPLETED rows={} in spite of",
                    run.id(),
                    published.rows().read(),
                    cause);
            return published;
        }
        if (now.state() == RunState.COMPLETED) {
            throw Failures.afterPublishing(run, Objects.requireNonNull(cause));
        }
        // A repeated try, whose first arrived although nobody heard so.
        if (!now.state().active()) {
            return now;
        }
        RowCounts rows = ledgers.chunks().committedRows(run.id());
        if (cause == null) {
            String reason = attempt.control().stopReason();
            LOG.info("run={} state=STOPPED rows={} reason={}", run.id(), rows.read(), reason);
            return ledgers.runs().end(run, RunState.STOPPED, rows, null, who);
        }
        RunFailure failure = Failures.of(cause, rows, ledgers.chunks().committedChunks(run.id()));
        LOG.error("run={} state=FAILED code={}: {}", run.id(), failure.code(), failure.message(), cause);
        return ledgers.runs().end(run, RunState.FAILED, rows, failure, who);
    }
}
