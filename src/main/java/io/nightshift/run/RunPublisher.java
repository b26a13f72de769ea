package io.nightshift.run;

import io.nightshift.aggregate.AggregateTable;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.Causes;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.Artefact;
import io.nightshift.ledger.PublicationLedger;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.storage.Storages;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes a complete run the one that readers see: the tables' views in one transaction, which also completes the run, then the files'
 * manifest by one rename. Between the two the ledger remembers the rename, so that a crash there is mended by whoever recovers.
 *
 * <p>Where the record of runs is in another database than the results, that of the results commits first, and only with the newest
 * token: what it says is so. If the process dies between the two commits, whoever recovers the run finds it published there.
 */
public final class RunPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(RunPublisher.class);

    private static final String FOLDER = "files";
    /** The artefact of a run whose redrive is committed and whose new manifest is still to be renamed. */
    private static final String DUE = "manifest_due";

    private final Ledgers ledgers;
    private final TransactionTemplate record;
    private final LedgerDatabase results;
    private final Storages storages;
    private final DatabaseRetry retry;
    private final boolean shared;

    RunPublisher(Ledgers ledgers, LedgerDatabases databases, Storages storages, DatabaseRetry retry) {
        this.ledgers = ledgers;
        this.record = databases.metadata().transactions();
        this.results = databases.results();
        this.storages = storages;
        this.retry = retry;
        this.shared = databases.shared();
    }

    void publishNew(Attempt attempt, List<AggregateTable> aggregates, RowCounts rows) {
        RunRecord run = attempt.run();
        ResultTables tables = attempt.workplace().tables();
        ResultFiles files = attempt.workplace().files();
        String place = files == null ? "" : files.place();
        retry.run("publish", () -> {
            results.transactions().executeWithoutResult(status -> {
                // A commit that arrived although nobody heard so, perhaps only now.
                if (!ledgers.chunks().beginPublishing(run)) {
                    return;
                }
                results.allowForPublishing();
                if (tables != null) {
                    withConnection(connection -> {
                        aggregates.forEach(table -> tables.aggregate(connection, table.name(), table.rows()));
                        tables.publish(connection);
                    });
                }
                if (files != null) {
                    ledgers.publications().pendingManifest(run.id(), place);
                }
                postProcess(attempt.job());
                ledgers.chunks().publish(run);
                if (shared) {
                    recordPublished(run, attempt.job(), rows);
                }
                Failpoint.PUBLISHING.pass();
            });
            Failpoint.RESULTS_PUBLISHED.pass();
            if (!shared) {
                recordPublished(run, attempt.job(), rows);
            }
        });
        Failpoint.PUBLISHED.pass();
        publishFiles(run, files, place);
    }

    /** Completes a run whose results are published in the record of runs, with what it made. */
    void recordPublished(RunRecord run, JobDefinition job, RowCounts rows) {
        record.executeWithoutResult(status -> {
            if (ledgers.runs().get(run.id()).state() == RunState.COMPLETED) {
                return;
            }
            if (job.output().table() != null) {
                artefact(run, "table", "table", job.output().table());
                artefact(run, "view", "view", ResultTables.view(job.output().table()));
            }
            if (job.output().parquet() != null) {
                artefact(run, FOLDER, "files", ResultFiles.folder(job.output().parquet()));
            }
            ledgers.runs().complete(run, rows, String.valueOf(run.owner()));
        });
    }

    /**
     * Completes a run whose results are published while its record, or the manifest of its files, does not say so. Repeating it
     * changes nothing.
     *
     * @throws NightshiftException where the record says so and the manifest cannot be put in place now
     */
    RunRecord completePublished(RunRecord run, JobDefinition job) {
        long pruned = ledgers.details().prunedRows(run.id()).orElse(0L);
        recordPublished(run, job, ledgers.chunks().committedRows(run.id()).plus(RowCounts.pruned(pruned)));
        try {
            ledgers.publications().pendingManifests(Duration.ZERO).stream()
                    .filter(pending -> pending.run().equals(run.id()))
                    .forEach(this::finish);
        } catch (NightshiftException e) {
            throw Failures.afterPublishing(run, e);
        }
        return ledgers.runs().get(run.id());
    }

    /**
     * In the transaction of a redrive: remembers that its manifest is to be renamed. Views and tables need nothing, and
     * {@code post_process} is not repeated, as it is not when a run is published again.
     *
     * @param files null where the run has none
     * @param manifest that of the redrive, or empty
     * @param seen whether readers see the run
     */
    void redriven(RunRecord run, @Nullable ResultFiles files, String manifest, boolean seen) {
        if (files != null) {
            ledgers.details().artefact(run.id(), new Artefact(DUE, DUE, manifest, null, null));
            if (seen) {
                ledgers.publications().pendingManifest(run.id(), files.place());
            }
        }
    }

    /** After the transaction of a redrive: its manifest becomes the run's, and the folder's where readers see the run. */
    void publishRedriven(RunRecord run, ResultFiles files, String manifest, boolean seen) {
        settle(run.id(), files, manifest);
        Failpoint.REDRIVE_MANIFEST_RENAMED.pass();
        if (seen) {
            publishFiles(run, files, files.place());
        }
    }

    private void settle(RunId id, ResultFiles files, String manifest) {
        files.settle(manifest);
        ledgers.details().noArtefact(id, DUE, manifest);
    }

    /**
     * The manifests of redrives that were committed and not yet renamed, once their own processes have had their time. What cannot
     * be done now stays due.
     */
    void settleDue() {
        ledgers.details().artefactsLeft(DUE, results.embedded()).forEach((id, due) -> resultFiles(id)
                .ifPresent(files -> {
                    try {
                        settle(id, files, due.location());
                    } catch (NightshiftException e) {
                        LOG.warn("run={} manifest of a redrive due code={}: {}", id, e.code(), e.getMessage());
                    }
                }));
    }

    /** Removes what a redrive left that did not commit. What cannot be removed is in nobody's way. */
    void dropRedrive(RunRecord run) {
        resultFiles(run.id()).ifPresent(files -> {
            try {
                files.dropRedrive(run.attempt());
            } catch (NightshiftException e) {
                LOG.warn("run={} files of a redrive are left: {}", run.id(), e.getMessage());
            }
        });
    }

    private Optional<ResultFiles> resultFiles(RunId id) {
        return find(id, FOLDER).map(artefact -> new ResultFiles(storages, artefact.location(), id.toString()));
    }

    private Optional<Artefact> find(RunId id, String name) {
        return ledgers.details().artefacts(id).stream()
                .filter(artefact -> artefact.name().equals(name))
                .findFirst();
    }

    private void publishFiles(RunRecord run, @Nullable ResultFiles files, String place) {
        if (files != null) {
            files.publish();
            Failpoint.MANIFEST_RENAMED.pass();
            ledgers.publications().manifestPublished(run.id(), place);
        }
    }

    /** After the views moved, which the statements therefore see, and in their transaction, which undoes them together. */
    private void postProcess(JobDefinition job) {
        JdbcClient jdbc = results.jdbc();
        for (int i = 0; i < job.postProcess().size(); i++) {
            try {
                jdbc.sql(job.postProcess().get(i).sql()).update();
            } catch (DataAccessException e) {
                if (DatabaseFailure.diskFull(e)) {
                    throw e;
                }
                throw new NightshiftException(
                        FailureCode.DATABASE_FAILED,
                        "post_process[" + i + "].sql: the result database refused: "
                                + Causes.firstLine(e.getMostSpecificCause())
                                + DatabaseFailure.remedy(e),
                        e);
            }
        }
    }

    private void artefact(RunRecord run, String name, String kind, String location) {
        ledgers.details().artefact(run.id(), new Artefact(name, kind, location, null, null));
    }

    /**
     * Publishes a completed run again, in place of the one that readers see now.
     *
     * @param job the run's own definition
     * @throws NightshiftException STATE_CONFLICT where the run is not complete, or purged; INPUT_MISSING, DATA_CORRUPT where its files
     *     are not. Its message says what readers see
     */
    public RunRecord publish(RunRecord run, JobDefinition job, String who) {
        run.requireResults();
        if (run.state() != RunState.COMPLETED) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " is " + run.state()
                            + "; only a COMPLETED run can be published. What readers see" + " is unchanged");
        }
        String table = job.output().table();
        ResultFiles files =
                ResultFiles.of(storages, job.output().parquet(), run.id().toString());
        String place = files == null ? "" : complete(run, files);
        // The record first: it keeps the run from being purged while the results, where they are elsewhere, are
        // committed.
        record.executeWithoutResult(recording -> {
            ledgers.runs().republished(run, who);
            results.transactions().executeWithoutResult(status -> {
                results.allowForPublishing();
                if (table != null) {
                    withConnection(connection -> ResultTables.publish(
                            connection,
                            table,
                            job.mergeKey(),
                            job.aggregateNames(),
                            run.id().value()));
                }
                if (files != null) {
                    ledgers.publications().pendingManifest(run.id(), place);
                }
            });
        });
        try {
            publishFiles(run, files, place);
        } catch (NightshiftException e) {
            throw Failures.afterPublishing(run, e);
        }
        return ledgers.runs().get(run.id());
    }

    /** The same for one run, of which the caller knows that nobody else works on it or that it does no harm. */
    void settleIfDue(RunRecord run, ResultFiles files) {
        find(run.id(), DUE).ifPresent(due -> settle(run.id(), files, due.location()));
    }

    /** The folder of a run whose files are all there. */
    private String complete(RunRecord run, ResultFiles files) {
        try {
            settleIfDue(run, files);
            files.requireComplete();
            return files.place();
        } catch (NightshiftException e) {
            throw new NightshiftException(
                    e.code(),
                    "run " + run.id() + " cannot be published: " + e.getMessage()
                            + "; nothing was changed: readers of tables and files see the run that they saw before",
                    e.where(),
                    e);
        }
    }

    /**
     * Renames the manifests that were published in the database only. Where other processes use it, too, one that its own process
     * may still be renaming is left alone. One that cannot be renamed now stays pending: a folder that is gone must not keep the
     * home from being opened.
     */
    void finishPending() {
        Duration waiting = results.embedded() ? Duration.ZERO : ledgers.leases().duration();
        ledgers.publications().pendingManifests(waiting).forEach(pending -> {
            try {
                finish(pending);
            } catch (NightshiftException e) {
                LOG.warn("run={} manifest pending code={}: {}", pending.run(), e.code(), e.getMessage());
            }
        });
    }

    /** In a transaction, so that a run that is published meanwhile renames its manifest after this one. */
    private void finish(PublicationLedger.Pending pending) {
        results.transactions().executeWithoutResult(status -> {
            if (ledgers.publications().stillPending(pending)) {
                ResultFiles files = new ResultFiles(
                        storages, pending.folder(), pending.run().toString());
                files.requireComplete();
                files.publish();
                ledgers.publications().manifestPublished(pending.run(), pending.folder());
            }
        });
    }

    private void withConnection(Consumer<Connection> work) {
        results.onConnection(connection -> {
            work.accept(connection);
            return true;
        });
    }
}
