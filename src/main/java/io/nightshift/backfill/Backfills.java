package io.nightshift.backfill;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import io.nightshift.registry.ModelFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The backfills of a metadata database, for people: ask for one, look, stop, resume. What is asked for is worked on by the
 * processes that serve; where none does, it waits. Thread-safe.
 */
public final class Backfills {

    /** The most runs of one backfill at once. */
    public static final int MOST_PARALLEL = 1000;

    private final BackfillTable table;
    private final BackfillRuns runs;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Backfills(BackfillTable table, BackfillRuns runs, TransactionTemplate transactions, Clock clock) {
        this.table = table;
        this.runs = runs;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Which backfills to list; null means any.
     *
     * @param before goes on behind the last backfill of the page before; null for the first page
     * @param limit most backfills given
     */
    public record Filter(
            @Nullable String job,
            @Nullable BackfillState state,
            @Nullable Long before,
            int limit) {}

    /**
     * Asks for a backfill, in a transaction of its own or the caller's. The job's file is kept as it is now: all of its runs are of
     * this definition.
     *
     * @param file the job of the request
     * @throws NightshiftException DEFINITION_INVALID, PARAMETER_INVALID, MODEL_UNKNOWN; USAGE for dates and numbers; nothing was queued
     */
    public Backfill create(JobFile file, BackfillRequest request, String who) {
        requireParallel(request.parallel());
        List<LocalDateTime> dates =
                LogicalDates.of(request.from(), request.to(), request.every()).list();
        requireParameters(file, request.parameters());
        ModelFolder.requireKnown(
                BackfillRuns.resolve(file, request, dates.get(0)).model(), Path.of(""));
        BackfillRuns.resolve(file, request, dates.get(dates.size() - 1));
        BackfillRequest named = new BackfillRequest(
                file.name().value(),
                request.from(),
                request.to(),
                request.every(),
                request.parallel(),
                request.selection(),
                request.model(),
                request.parameters());
        Long id = transactions.execute(status -> {
            long added = table.add(named, new BackfillTable.KeptJob(file.file(), file.text()), who, clock.instant());
            table.addDates(added, dates);
            return added;
        });
        return known(Objects.requireNonNull(id));
    }

    private static void requireParallel(int parallel) {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "a backfill has from 1 to " + MOST_PARALLEL + " runs at once, not " + parallel
                            + "; nothing was queued");
        }
    }

    private static void requireParameters(JobFile file, Map<String, String> parameters) {
        Map<String, String> problems = file.problemsOf(parameters);
        if (!problems.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.PARAMETER_INVALID, String.join("\n", problems.values()), file.file(), null);
        }
    }

    /** Newest first. */
    public List<Backfill> list(Filter filter) {
        return table.list(filter);
    }

    /**
     * How it stands, without its dates one by one.
     *
     * @throws NightshiftException BACKFILL_UNKNOWN
     */
    public Backfill standing(long id) {
        return known(id);
    }

    /** @throws NightshiftException BACKFILL_UNKNOWN */
    public BackfillProgress get(long id) {
        return new BackfillProgress(known(id), table.dates(id));
    }

    /**
     * Stops a backfill: no further run is made, runs that wait are stopped at once, those at work after the chunks in hand.
     *
     * @throws NightshiftException BACKFILL_UNKNOWN; STATE_CONFLICT where it is not running
     */
    public Backfill stop(long id, String who) {
        transactions.executeWithoutResult(status -> {
            Backfill backfill = table.lock(id).orElseThrow(() -> unknown(id));
            if (backfill.state() != BackfillState.RUNNING) {
                throw new NightshiftException(
                        FailureCode.STATE_CONFLICT,
                        "backfill " + id + " is " + backfill.state() + "; only a running one can be stopped");
            }
            table.state(id, BackfillState.STOPPED, "by " + who, null);
        });
        runs.stop(id, who);
        return known(id);
    }

    /**
     * Goes on with a backfill: dates that are not done are submitted again, failed and stopped runs as their next attempt.
     *
     * @throws NightshiftException BACKFILL_UNKNOWN; STATE_CONFLICT where it is running, complete, or still stopping
     */
    public Backfill resume(long id, String who) {
        transactions.executeWithoutResult(status -> {
            Backfill backfill = table.lock(id).orElseThrow(() -> unknown(id));
            if (backfill.state() == BackfillState.RUNNING || backfill.state() == BackfillState.COMPLETED) {
                throw new NightshiftException(
                        FailureCode.STATE_CONFLICT,
                        "backfill " + id + " is " + backfill.state() + "; only a stopped or failed one can be resumed");
            }
            int ending = runs.active(id);
            if (ending > 0) {
                throw new NightshiftException(
                        FailureCode.STATE_CONFLICT,
                        "backfill " + id + " is still stopping: " + ending
                                + " runs end after the chunks in hand. Resume it then; nothing was changed");
            }
            table.waitAgain(id);
            table.state(id, BackfillState.RUNNING, "resumed by " + who, null);
        });
        return known(id);
    }

    private Backfill known(long id) {
        return table.find(id).orElseThrow(() -> unknown(id));
    }

    private static NightshiftException unknown(long id) {
        return new NightshiftException(
                FailureCode.BACKFILL_UNKNOWN,
                "there is no backfill " + id + "; `nightshift backfills` lists them. Nothing was changed");
    }
}
