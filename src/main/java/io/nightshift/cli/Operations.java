package io.nightshift.cli;

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

    /** Prints where the log and the results of a run are, and what to do about one that did not complete. */
    void printPlaces(JsonNode run);

    @Override
    void close();
}
