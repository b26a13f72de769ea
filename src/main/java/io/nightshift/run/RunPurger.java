package io.nightshift.run;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.Failpoint;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.Keep;
import io.nightshift.job.JobName;
import io.nightshift.ledger.PublicationLedger;
import io.nightshift.ledger.RetentionLedger.EndedRun;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.storage.Storages;
import io.nightshift.write.ResultFiles;
import io.nightshift.write.ResultTables;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes the results of runs that their job no longer keeps: rows, files and the ledger of chunks. The record of the run stays, with
 * its metrics and snapshot. A run that is active, pinned, or seen by readers of any table or folder is never touched. A run is marked
 * first, then its results are removed; after a crash the next purge goes on.
 */
public final class RunPurger {

    private static final Logger LOG = LoggerFactory.getLogger(RunPurger.class);

    private final Ledgers ledgers;
    private final TransactionTemplate record;
    private final LedgerDatabase results;
    private final Storages storages;
    private final Clock clock;

    RunPurger(Ledgers ledgers, LedgerDatabases databases, Storages storages, Clock clock) {
        this.ledgers = ledgers;
        this.record = databases.metadata().transactions();
        this.results = databases.results();
        this.storages = storages;
        this.clock = clock;
    }

    /**
     * A run that its job no longer keeps.
     *
     * @param why what says so
     * @param keptBy what keeps it all the same; null where it is to be purged
     */
    public record Candidate(
            RunRecord run, String why, @Nullable String keptBy) {}

    /** The runs of a job that it no longer keeps, the last to end first. Changes nothing. */
    public List<Candidate> beyond(JobName job, Keep keep) {
        List<Candidate> candidates = new ArrayList<>();
        if (keep.equals(Keep.ALL)) {
            return candidates;
        }
        Instant now = clock.instant();
        Seen seen = new Seen();
        long completeAfter = 0;
        for (EndedRun run : ledgers.retention().endedRuns(job)) {
            long days = Duration.between(run.ended(), now).toDays();
            boolean kept =
                    keep.runs() != null && completeAfter < keep.runs() || keep.days() != null && days < keep.days();
            if (!kept) {
                RunRecord found = ledgers.runs().get(run.id());
                String why = "keep " + keep + ": " + counted(completeAfter, "complete run")
                        + " ended after it, it ended " + counted(days, "day") + " ago";
                candidates.add(new Candidate(found, why, run.pinned() ? "pinned" : seen.by(found)));
            }
            if (run.state() == RunState.COMPLETED) {
                completeAfter++;
            }
        }
        return candidates;
    }

    /** The runs whose purge did not come to its end, of a job or of all. */
    public List<Candidate> unfinished(@Nullable JobName job) {
        return ledgers.retention().due().stream()
                .filter(run -> job == null || run.job().equals(job))
                .map(run -> new Candidate(run, "a purge that did not come to its end", null))
                .toList();
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** What readers see at one moment, asked once for however many runs. */
    private final class Seen {

        private final Set<RunId> published = ledgers.publications().publishedRuns();
        // Before the manifests: a rename that is due now is either still due afterwards or done.
        private final Set<RunId> pending = ledgers.publications().pendingManifests(Duration.ZERO).stream()
                .map(PublicationLedger.Pending::run)
                .collect(Collectors.toSet());
        private final Map<String, Set<String>> byFolder = new HashMap<>();

        /** Who sees the run, in words; null where nobody does. */
        @Nullable
        String by(RunRecord run) {
            if (published.contains(run.id())) {
                return "readers of its tables see it";
            }
            if (pending.contains(run.id())) {
                return "its manifest is being published";
            }
            ResultFiles files = files(run, RecordedJob.of(run));
            boolean read = files != null
                    && byFolder.computeIfAbsent(files.place(), place -> files.seenRuns())
                            .contains(run.id().toString());
            return read ? "readers of its files see it" : null;
        }
    }

    private @Nullable ResultFiles files(RunRecord run, JobDefinition job) {
        return ResultFiles.of(storages, job.output().parquet(), run.id().toString());
    }

    /**
     * Purges a candidate.
     *
     * @return false where it is kept: since it was looked for, it was published, pinned, restarted or purged
     * @throws NightshiftException what could not be removed; the run is then marked, and the next purge goes on with it
     */
    public boolean purge(Candidate candidate, String who) {
        RunRecord run = candidate.run();
        JobDefinition job = RecordedJob.of(run);
        if (run.purgedAt() == null && !mark(candidate, who)) {
            return false;
        }
        Failpoint.PURGE_MARKED.pass();
        try {
            remove(run, job);
        } catch (RuntimeException e) {
            LOG.error("run={} purge unfinished", run.id(), e);
            throw Failures.ofPurge(run, e);
        }
        LOG.info("run={} job={} purged", run.id(), run.job());
        return true;
    }

    /** Whoever publishes the run meanwhile waits for this transaction, or this one for theirs. */
    private boolean mark(Candidate candidate, String who) {
        return Boolean.TRUE.equals(record.execute(status -> {
            boolean marked = ledgers.retention().mark(candidate.run(), who, candidate.why());
            if (marked && new Seen().by(candidate.run()) != null) {
                status.setRollbackOnly();
                return false;
            }
            return marked;
        }));
    }

    private void remove(RunRecord run, JobDefinition job) {
        String table = job.output().table();
        if (table != null) {
            results.onConnection(connection -> {
                ResultTables.drop(
                        connection, table, job.aggregateNames(), run.id().value());
                return true;
            });
        }
        Failpoint.PURGE_ROWS_REMOVED.pass();
        ResultFiles files = files(run, job);
        if (files != null) {
            files.delete();
        }
        Failpoint.PURGE_FILES_REMOVED.pass();
        results.transactions().executeWithoutResult(status -> ledgers.chunks().forget(run.id()));
        record.executeWithoutResult(status -> ledgers.retention().removed(run));
    }
}
