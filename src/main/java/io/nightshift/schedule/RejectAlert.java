package io.nightshift.schedule;

import io.nightshift.alert.Alert;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.Alerts;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition.RejectLimits;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunRecord;
import io.nightshift.queue.RunEndings;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once of a run that came near the rejects that its job allows, in the transaction that lets the run go. A run that failed because
 * it passed the limit is told of as failed, and not here. Thread-safe.
 */
final class RejectAlert implements RunEndings {

    /** The share of the rows that may be rejected from which people are warned. */
    private static final double NEAR = 0.8;

    private static final Logger LOG = LoggerFactory.getLogger(RejectAlert.class);

    private final Alerts alerts;
    private final RunDetails details;
    private final Clock clock;

    RejectAlert(Alerts alerts, RunDetails details, Clock clock) {
        this.alerts = alerts;
        this.details = details;
        this.clock = clock;
    }

    @Override
    public void ended(RunRecord run) {
        long rejected = run.rows().rejected();
        if (rejected == 0 || passedTheLimit(run)) {
            return;
        }
        limits(run).ifPresent(limits -> details.plannedRows(run.id()).ifPresent(rows -> {
            long most = limits.mostOf(rows);
            if (most > 0 && rejected >= NEAR * most) {
                raise(run, most, limits.maxRows() == most ? "rejects.max_rows" : share(limits, rows));
            }
        }));
    }

    private static boolean passedTheLimit(RunRecord run) {
        return run.failure() != null && run.failure().code() == FailureCode.TOO_MANY_REJECTS;
    }

    /** None where this version reads the run's definition no longer: that must not keep the run from being let go. */
    private static Optional<RejectLimits> limits(RunRecord run) {
        try {
            return Optional.of(JobFile.parse("run " + run.id(), run.definition())
                    .declared()
                    .rejects());
        } catch (NightshiftException unreadable) {
            LOG.warn("run={} its reject limit is not known: {}", run.id(), unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static String share(RejectLimits limits, long rows) {
        return "rejects.max_share, " + limits.percentage() + " of " + rows + " rows";
    }

    private void raise(RunRecord run, long most, String limit) {
        long rejected = run.rows().rejected();
        alerts.raise(new Alert(
                run.id() + "/reject-limit-near",
                AlertKind.REJECT_LIMIT_NEAR,
                run.job().value(),
                run.id().toString(),
                "run " + run.name() + " is " + run.state() + " with " + rejected + " rejected rows, "
                        + (long) (100.0 * rejected / most) + " % of the " + most + " that its job allows (" + limit
                        + "); a run with more of them fails. See the reasons of its rejects, and mend the data or the model, or"
                        + " raise the limit",
                clock.instant()));
    }
}
