package io.nightshift.backfill;

import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.ActiveRun;
import io.nightshift.queue.Origin;
import io.nightshift.queue.Retry;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of a backfill's dates: decides which need a run, submits and stops runs. Thread-safe. */
final class BackfillRuns {

    /** Nobody watches: a database that is away for a while must not fail a hundred runs. */
    private static final Retry RETRY = new Retry(3, Duration.ofMinutes(1), Duration.ofMinutes(10));

    private final RunQueue queue;
    private final RunLedger runs;
    private final RunSearch search;

    BackfillRuns(RunQueue queue, RunLedger runs, RunSearch search) {
        this.queue = queue;
        this.runs = runs;
        this.search = search;
    }

    /** What is to be done with a date. */
    sealed interface Decision {

        LocalDateTime date();
    }

    /** A new run. */
    record Launch(LocalDateTime date, JobDefinition job) implements Decision {}

    /** Another attempt of a run. */
    record Restart(LocalDateTime date, JobDefinition job, RunRecord run) implements Decision {}

    /** A run that is there already is the date's. */
    record Adopt(LocalDateTime date, RunId run, String reason) implements Decision {}

    record Skip(LocalDateTime date, String reason) implements Decision {}

    record Refuse(LocalDateTime date, String reason) implements Decision {}

    /** A job as a backfill wants it for a date. */
    static JobDefinition resolve(JobFile file, BackfillRequest request, LocalDateTime date) {
        return file.resolve(
                new JobFile.Launch(file.filled(request.parameters(), date), date, Map.of(), request.model()));
    }

    /**
     * Decides for a date from what there is. Reads the ledger and the model's files, and changes nothing.
     *
     * @param models the checksums of models that were looked at, to be shared between dates
     */
    Decision decide(
            BackfillRequest request,
            JobFile file,
            BackfillTable.WaitingDate waiting,
            Map<ModelReference, Map<String, String>> models) {
        LocalDateTime date = waiting.logicalDate();
        try {
            JobDefinition job = resolve(file, request, date);
            if (waiting.run() != null) {
                return again(date, job, runs.get(waiting.run()));
            }
            List<RunRecord> known = search.of(request.job(), date);
            return switch (request.selection()) {
                case ALL -> new Launch(date, job);
                case MISSING -> missing(date, job, known, models);
                case FAILED -> failed(date, job, known.isEmpty() ? null : known.get(0), models);
            };
        } catch (NightshiftException e) {
            return new Refuse(date, e.code() + ": " + e.getMessage());
        }
    }

    /** A run that the backfill made before it was resumed. */
    private static Decision again(LocalDateTime date, JobDefinition job, RunRecord run) {
        if (run.purgedAt() != null) {
            return new Launch(date, job);
        }
        return run.state().restartable() ? new Restart(date, job, run) : new Adopt(date, run.id(), "");
    }

    private static Decision missing(
            LocalDateTime date,
            JobDefinition job,
            List<RunRecord> known,
            Map<ModelReference, Map<String, String>> models) {
        for (RunRecord run : known) {
            if (run.purgedAt() != null || !run.definition().equals(job.resolvedText())) {
                continue;
            }
            if (run.state() == RunState.COMPLETED && sameModel(run, job, models)) {
                return new Skip(date, "run " + run.id() + " is complete with the same definition and model");
            }
            if (run.state().active()) {
                return new Adopt(date, run.id(), "a run of the same definition was active already");
            }
        }
        return new Launch(date, job);
    }

    private static Decision failed(
            LocalDateTime date,
            JobDefinition job,
            @Nullable RunRecord last,
            Map<ModelReference, Map<String, String>> models) {
        if (last == null) {
            return new Skip(date, "only failed dates are wanted, and it has no run");
        }
        if (!last.state().restartable()) {
            return new Skip(
                    date, "only failed dates are wanted, and its last run " + last.id() + " is " + last.state());
        }
        boolean goesOn = last.purgedAt() == null
                && last.definition().equals(job.resolvedText())
                && (last.snapshot() == null || sameModel(last, job, models));
        return goesOn ? new Restart(date, job, last) : new Launch(date, job);
    }

    private static boolean sameModel(
            RunRecord run, JobDefinition job, Map<ModelReference, Map<String, String>> models) {
        if (run.snapshot() == null) {
            return false;
        }
        JsonNode files =
                JsonMapper.shared().readTree(run.snapshot()).path("model").path("files");
        Map<String, String> now = models.computeIfAbsent(
                job.model(), model -> ModelFolder.open(model, Path.of("")).checksums());
        return files.equals(JsonMapper.shared().valueToTree(now));
    }

    /**
     * Makes the run of a decision wait in the queue, in the caller's transaction.
     *
     * @throws NightshiftException MODEL_UNKNOWN, STATE_CONFLICT
     */
    RunId submit(long id, BackfillRequest request, Launch launch) {
        return queue.submit(submission(id, request, launch.date(), launch.job()), who(id))
                .id();
    }

    /** The same for another attempt. */
    RunId submit(long id, BackfillRequest request, Restart restart) {
        return queue.restart(restart.run(), submission(id, request, restart.date(), restart.job()), who(id))
                .id();
    }

    private static Submission submission(long id, BackfillRequest request, LocalDateTime date, JobDefinition job) {
        return new Submission(
                job,
                date,
                Map.of("backfill", Long.toString(id)),
                origin(id),
                Submission.DEFAULT_PRIORITY,
                RETRY,
                request.parallel(),
                null);
    }

    /** How many more of its runs the queue takes now. */
    int room(BackfillRequest request) {
        return queue.room(request.job());
    }

    /** How many of its runs wait or are worked on. */
    int active(long id) {
        return queue.active(origin(id)).size();
    }

    /** Stops every run of a backfill that waits or is worked on. */
    void stop(long id, String who) {
        for (ActiveRun active : queue.active(origin(id))) {
            queue.end(runs.get(active.run()), who, "backfill " + id + " is stopped");
        }
    }

    private static Origin origin(long id) {
        return Origin.backfill(Long.toString(id));
    }

    private static String who(long id) {
        return "backfill " + id;
    }
}
