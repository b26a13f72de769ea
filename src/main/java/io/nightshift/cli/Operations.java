package io.nightshift.cli;

import io.nightshift.access.AuditLog;
import io.nightshift.alert.AlertState;
import io.nightshift.backfill.BackfillRequest;
import io.nightshift.backfill.Backfills;
import io.nightshift.ledger.RunSearch;
import io.nightshift.schedule.FireFilter;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What operators look at and change, in this process's home or by asking a service. Answers are the documents of the endpoint, the same
 * wherever they come from, and refusals are the same failures.
 */
interface Operations extends AutoCloseable {

    /** Runs, newest first. */
    JsonNode runs(RunSearch.Filter filter);

    /** Everything of a run. */
    JsonNode run(String name);

    JsonNode stop(String run);

    JsonNode publish(String run);

    JsonNode schedules();

    JsonNode schedule(String name);

    JsonNode next(String schedule, int count);

    JsonNode pause(String schedule, String reason, @Nullable Instant until);

    JsonNode resume(String schedule);

    JsonNode fire(String schedule, @Nullable LocalDateTime logicalDate);

    JsonNode reload();

    JsonNode fires(FireFilter filter);

    JsonNode queue();

    JsonNode prioritise(String run, int priority);

    JsonNode cancel(String run);

    JsonNode nodes();

    JsonNode pin(String run, boolean pinned);

    /** Backfills, newest first. */
    JsonNode backfills(Backfills.Filter filter);

    /** @param dates whether each date is wanted, beside their counts */
    JsonNode backfill(long id, boolean dates);

    JsonNode startBackfill(BackfillRequest request);

    JsonNode stopBackfill(long id);

    JsonNode resumeBackfill(long id);

    /** Alerts, newest first. */
    JsonNode alerts(@Nullable AlertState state, int limit);

    /** What was done by the endpoint, newest first. */
    JsonNode audit(AuditLog.Filter filter);

    /** Whether the audit is as it was written. */
    JsonNode auditChain(@Nullable String known);

    JsonNode tokens();

    JsonNode revoke(String token);

    /** Whether nobody else can work on what is here until the operations are closed. */
    boolean exclusive();

    /** Prints where the log and the results of a run are, and what to do about one that did not complete. */
    void printPlaces(JsonNode run);

    @Override
    void close();
}
