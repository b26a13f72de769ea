package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lines about a run for people, from its document. */
final class RunText {

    private RunText() {}

    /** What it is, and what it came to. */
    static List<String> lines(JsonNode run) {
        JsonNode metrics = run.get("metrics");
        List<String> lines = new ArrayList<>();
        lines.add("run     " + run.get("run").asString());
        lines.add("name    " + run.get("name").asString());
        lines.add("state   " + run.get("state").asString());
        boolean nothing = state(run) != RunState.COMPLETED && count(run, "read") == 0;
        lines.add("rows    "
                + (nothing
                        ? String.format(Locale.ROOT, "%,.0f seen, none committed", number(metrics, "rows_scored"))
                        : String.format(
                                Locale.ROOT,
                                "%,d read = %,d predicted + %,d rejected + %,d filtered",
                                count(run, "read"),
                                count(run, "predicted"),
                                count(run, "rejected"),
                                count(run, "filtered"))));
        if (metrics.has("rows_redriven")) {
            double again = number(metrics, "rows_redriven");
            double recovered = number(metrics, "rows_recovered");
            lines.add(String.format(
                    Locale.ROOT,
                    "again   %,.0f rejected rows = %,.0f predicted + %,.0f rejected",
                    again,
                    recovered,
                    again - recovered));
        }
        if (!nothing && number(metrics, "rows_scored") > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "speed   %,.0f rows/s in %.2f s",
                    number(metrics, "rows_per_second"),
                    number(metrics, "seconds")));
            lines.add("time    " + times(run.get("phases")));
        }
        return lines;
    }

    /** One line: which run it is, and its state. */
    static String standing(JsonNode run) {
        return "run " + run.get("run").asString() + " (" + run.get("name").asString() + ") is "
                + run.get("state").asString();
    }

    static RunState state(JsonNode run) {
        return RunState.valueOf(run.get("state").asString());
    }

    private static long count(JsonNode run, String rows) {
        return run.get("rows").get(rows).asLong();
    }

    private static double number(JsonNode metrics, String name) {
        return metrics.path(name).asDouble(0);
    }

    private static String times(JsonNode phases) {
        StringJoiner run = new StringJoiner(", ");
        StringJoiner workers = new StringJoiner(", ");
        phases.forEachEntry((name, seconds) -> (RunDocument.RUN_PHASES.contains(name) ? run : workers)
                .add(String.format(Locale.ROOT, "%s %.2f s", name.replace('_', ' '), seconds.asDouble())));
        return run + "; workers: " + workers;
    }

    /** Where another machine has its results, and what to do about it. */
    static List<String> places(JsonNode run) {
        List<String> lines = new ArrayList<>();
        if (run.path("pinned").asBoolean(false)) {
            lines.add("pinned  its results are kept, whatever its job says");
        }
        if (run.path("purged").isString()) {
            lines.add("purged  " + run.get("purged").asString() + ": its results are removed");
        } else if (state(run) == RunState.COMPLETED) {
            JsonNode outputs = run.get("outputs");
            if (outputs.path("view").isString()) {
                lines.add("table   " + outputs.get("view").asString() + ", in the service's database");
            }
            if (outputs.path("parquet").isString()) {
                lines.add("files   " + outputs.get("parquet").asString() + "/run="
                        + run.get("run").asString() + ", where the service runs");
            }
        } else if (state(run).restartable()) {
            lines.add("next    "
                    + NextStep.after(
                            run.get("run").asString(),
                            code(run),
                            run.path("snapshot").hasNonNull("input")));
        }
        return lines;
    }

    /** Why a run failed; null where it did not. */
    static @Nullable FailureCode code(JsonNode run) {
        return run.has("failure")
                ? FailureCode.valueOf(run.get("failure").get("code").asString())
                : null;
    }

    /** Its failure as one line; null where it has none. */
    static @Nullable String failure(JsonNode run) {
        JsonNode failure = run.path("failure");
        if (!failure.isObject()) {
            return null;
        }
        String message = failure.get("message").asString();
        String where = failure.path("where").asString("");
        String place = where.isEmpty() || message.contains(where) ? "" : where + ": ";
        return failure.get("code").asString() + ": " + place + message;
    }
}
