package io.nightshift.run;

import io.nightshift.aggregate.AggregateTable;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.Artefact;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.storage.Storages;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.sql.Connection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes a complete run the one that readers see: the tables' views in one transaction, which also completes the run, then the files'
 * manifest by one rename. Between the two the ledger remembers the rename, so that a crash there is mended by whoever opens the
 * home next.
 */
public final class RunPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(RunPublisher.class);

    private static final String FOLDER = "files";

    private final Ledgers ledgers;
    private final TransactionTemplate transactions;
    private final DataSource results;
    private final Storages storages;

    RunPublisher(Ledgers ledgers, TransactionTemplate transactions, DataSource results, Storages storages) {
        this.ledgers = ledgers;
        this.transactions = transactions;
        this.results = results;
        this.storages = storages;
    }

    void publishNew(Attempt attempt, List<AggregateTable> aggregates, RowCounts rows) {
        RunRecord run = attempt.run();
        ResultTables tables = attempt.workplace().tables();
        ResultFiles files = attempt.workplace().files();
        transactions.executeWithoutResult(status -> {
            if (tables != null) {
                withConnection(connection -> {
                    aggregates.forEach(table -> tables.aggregate(connection, table.name(), table.rows()));
                    tables.publish(connection);
                });
                artefact(run, "table", "table", tables.table());
                artefact(run, "view", "view", tables.view());
            }
            if (files != null) {
                artefact(run, FOLDER, "files", files.folder());
                ledgers.details().pendingManifest(run.id(), files.folder());
            }
            postProcess(attempt.job(), run);
            ledgers.runs().complete(run, rows, String.valueOf(run.owner()));
            Failpoint.PUBLISHING.pass();
        });
        Failpoint.PUBLISHED.pass();
        publishFiles(run, files);
    }

    private void publishFiles(RunRecord run, @Nullable ResultFiles files) {
        if (files != null) {
            files.publish();
            Failpoint.MANIFEST_RENAMED.pass();
            ledgers.details().manifestPublished(run.id());
        }
    }

    private void postProcess(JobDefinition job, RunRecord run) {
        JdbcClient jdbc = JdbcClient.create(results);
        for (JobDefinition.PostProcess statement : job.postProcess()) {
            try {
                jdbc.sql(statement.sql()).update();
            } catch (org.springframework.dao.DataAccessException e) {
                throw new NightshiftException(
                        FailureCode.DATABASE_FAILED,
                        "post_process of run " + run.id() + " failed: " + String.valueOf(e.getMessage())
                                + "; nothing was published",
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
     * @throws NightshiftException STATE_CONFLICT where the run is not complete
     */
    public RunRecord publish(RunRecord run, JobDefinition job, String who) {
        if (run.state() != RunState.COMPLETED) {
            throw new NightshiftException(
                    FailureCode.STATE_CONFLICT,
                    "run " + run.id() + " is " + run.state()
                            + "; only a COMPLETED run can be published. What readers see" + " is unchanged");
        }
        String table = job.output().table();
        String folder = job.output().parquet();
        List<String> aggregates =
                job.aggregates().stream().map(AggregateDefinition::name).toList();
        transactions.executeWithoutResult(status -> {
            if (table != null) {
                withConnection(connection -> ResultTables.publish(
                        connection, table, aggregates, run.id().value()));
            }
            if (folder != null) {
                ledgers.details().pendingManifest(run.id(), folder);
            }
            ledgers.runs().republished(run, who);
        });
        publishFiles(
                run,
                folder == null
                        ? null
                        : new ResultFiles(storages, folder, run.id().toString()));
        return ledgers.runs().get(run.id());
    }

    /**
     * Renames the manifests that were published in the database only. One that cannot be renamed now stays pending: a
     * folder that is gone must not keep the home from being opened.
     */
    void finishPending() {
        ledgers.details().pendingManifests().forEach((id, folder) -> {
            try {
                new ResultFiles(storages, folder, id.toString()).publish();
                ledgers.details().manifestPublished(id);
            } catch (NightshiftException e) {
                LOG.warn("run={} manifest pending code={}: {}", id, e.code(), e.getMessage());
            }
        });
    }

    private interface Work {
        void on(Connection connection);
    }

    private void withConnection(Work work) {
        Connection connection = DataSourceUtils.getConnection(results);
        try {
            work.on(connection);
        } finally {
            DataSourceUtils.releaseConnection(connection, results);
        }
    }
}
