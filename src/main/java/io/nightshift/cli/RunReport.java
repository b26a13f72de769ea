package io.nightshift.cli;

import io.nightshift.database.ReadOnlyQuery;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RecordedJob;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a run came to, for people or as one JSON object. */
final class RunReport {

    private static final String PHASE = "phase_";
    private static final String SECONDS = "_seconds";
    private static final List<String> RUN_PHASES = List.of("plan", "model_load", "finish");
    private static final int TOP_GROUPS = 10;
    private static final int PREVIEW_DIGITS = 6;

    private final Session session;
    private final OpenHome home;

    RunReport(Session session, OpenHome home) {
        this.session = session;
        this.home = home;
    }

    void print(RunRecord run) {
        if (session.json()) {
            session.terminal().printJson(document(run));
        } else {
            printText(run);
        }
    }

    /** The JSON object of {@code run}, {@code restart} and {@code runs show}. */
    Map<String, @Nullable Object> document(RunRecord run) {
        Map<String, Double> metrics = home.details().metrics(run.id(), run.attempt());
        Map<String, Object> memory = new LinkedHashMap<>();
        metrics.forEach((name, value) -> {
            if (name.startsWith("peak_")) {
                memory.put(name, value.longValue());
            }
        });
        Map<String, @Nullable Object> document = RunDocument.of(run);
        document.put("seconds", metrics.get("seconds"));
        document.put("rows_per_second", committedNothing(run) ? null : metrics.get("rows_per_second"));
        document.put("phases", phases(metrics));
        document.put("memory", memory);
        document.put("outputs", outputs(run));
        document.put("metrics", metrics);
        return document;
    }

    private static Map<String, @Nullable Object> outputs(RunRecord run) {
        JobDefinition job = RecordedJob.of(run);
        Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
        outputs.put("table", job.output().table());
        outputs.put("view", job.output().table() == null ? null : job.output().table() + "_current");
        outputs.put("parquet", job.output().parquet());
        return outputs;
    }

    private void printText(RunRecord run) {
        Terminal terminal = session.terminal();
        Map<String, Double> metrics = home.details().metrics(run.id(), run.attempt());
        terminal.print("run     " + run.id());
        terminal.print("name    " + run.name());
        terminal.print("state   " + run.state());
        terminal.print("rows    " + rows(run, metrics));
        if (metrics.containsKey("rows_redriven")) {
            terminal.print(redrive(metrics.get("rows_redriven"), metrics.getOrDefault("rows_recovered", 0.0)));
        }
        if (!committedNothing(run) && metrics.getOrDefault("rows_scored", 0.0) > 0) {
            terminal.print(String.format(
                    Locale.ROOT,
                    "speed   %,.0f rows/s in %.2f s",
                    metrics.getOrDefault("rows_per_second", 0.0),
                    metrics.getOrDefault("seconds", 0.0)));
            terminal.print("time    " + times(metrics));
        }
        terminal.print("log     " + home.log(run));
        if (run.pinned()) {
            terminal.print("pinned  its results are kept, whatever its job says");
        }
        if (run.purgedAt() != null) {
            terminal.print("purged  " + run.purgedAt() + ": its results are removed");
        } else if (run.state() == RunState.COMPLETED) {
            printResults(run);
        } else if (run.state().restartable()) {
            terminal.print("next    " + NextStep.after(run));
        }
    }

    private static String redrive(double again, double recovered) {
        return String.format(
                Locale.ROOT,
                "again   %,.0f rejected rows = %,.0f predicted + %,.0f rejected",
                again,
                recovered,
                again - recovered);
    }

    private static String rows(RunRecord run, Map<String, Double> metrics) {
        if (committedNothing(run)) {
            return String.format(Locale.ROOT, "%,.0f seen, none committed", metrics.getOrDefault("rows_scored", 0.0));
        }
        return String.format(
                Locale.ROOT,
                "%,d read = %,d predicted + %,d rejected + %,d filtered",
                run.rows().read(),
                run.rows().predicted(),
                run.rows().rejected(),
                run.rows().filtered());
    }

    /** Such a run has no speed: it would be that of rows which nobody has. */
    private static boolean committedNothing(RunRecord run) {
        return run.state() != RunState.COMPLETED && run.rows().read() == 0;
    }

    /** Seconds by phase: those of the run's own thread, then worker seconds. */
    static Map<String, Double> phases(Map<String, Double> metrics) {
        Map<String, Double> phases = new LinkedHashMap<>();
        for (String name : RUN_PHASES) {
            Double seconds = metrics.get(name + SECONDS);
            if (seconds != null) {
                phases.put(name, seconds);
            }
        }
        metrics.forEach((name, value) -> {
            if (name.startsWith(PHASE)) {
                phases.put(name.substring(PHASE.length()).replace(SECONDS, ""), value);
            }
        });
        return phases;
    }

    /** The failure of a run, as one line for people. */
    static String line(RunFailure failure) {
        String place =
                failure.where() == null || failure.message().contains(failure.where()) ? "" : failure.where() + ": ";
        return failure.code() + ": " + place + failure.message();
    }

    /** Says on the error stream why the run failed, as commands that start nothing do. */
    void warnOfFailure(RunRecord run) {
        RunFailure failure = run.failure();
        if (failure == null) {
            return;
        }
        if (!session.json()) {
            session.terminal().warn(line(failure));
            return;
        }
        Map<String, @Nullable Object> document =
                FailureReport.document(failure.code(), failure.message(), failure.where(), List.of());
        document.put("run", run.id().toString());
        session.terminal().warnJson(document);
    }

    private static String times(Map<String, Double> metrics) {
        StringJoiner run = new StringJoiner(", ");
        StringJoiner workers = new StringJoiner(", ");
        phases(metrics).forEach((name, seconds) -> (RUN_PHASES.contains(name) ? run : workers)
                .add(String.format(Locale.ROOT, "%s %.2f s", name.replace('_', ' '), seconds)));
        return run + "; workers: " + workers;
    }

    private void printResults(RunRecord run) {
        JobDefinition job = RecordedJob.of(run);
        Terminal terminal = session.terminal();
        String table = job.output().table();
        if (table != null) {
            String view = job.output().relation("_current");
            String quote = view.contains("\"") ? "'" : "\"";
            terminal.print("table   ./nightshift query " + quote + "select * from " + view + " limit 10" + quote);
        }
        if (job.output().parquet() != null) {
            String folder = job.output().parquet() + "/run=" + run.id();
            boolean redriven = home.details().metrics(run.id(), run.attempt()).containsKey("rows_redriven");
            terminal.print("files   " + folder + (redriven ? "/manifest.json names them" : "/predictions/*.parquet"));
        }
        if (table != null && !job.aggregates().isEmpty()) {
            printLargestGroups(job, job.aggregates().get(0));
        }
    }

    /** A look at the results, beside the result: where it fails, the run is what it is. */
    private void printLargestGroups(JobDefinition job, AggregateDefinition aggregate) {
        Terminal terminal = session.terminal();
        String view = job.output().relation("_" + aggregate.name() + "_current");
        // Nobody wants to read the run's id, the first column, in each row.
        int firstMeasure = 2 + aggregate.groupBy().size();
        terminal.print("");
        try {
            ReadOnlyQuery.Answer groups = home.query()
                    .run("select * from " + view + " order by " + firstMeasure + " desc nulls last", TOP_GROUPS);
            terminal.print("the largest groups of " + view + ":");
            terminal.print(QueryCommand.table(roundedMeasures(groups)));
        } catch (NightshiftException e) {
            terminal.print("the largest groups of " + view + " cannot be shown: " + e.getMessage());
        }
    }

    /** Without the first column. */
    private static ReadOnlyQuery.Answer roundedMeasures(ReadOnlyQuery.Answer answer) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (List<@Nullable Object> row : answer.rows()) {
            List<@Nullable Object> values = new ArrayList<>();
            row.subList(1, row.size())
                    .forEach(value -> values.add(
                            value instanceof Double || value instanceof Float ? rounded(value.toString()) : value));
            rows.add(values);
        }
        List<String> columns = answer.columns();
        return new ReadOnlyQuery.Answer(columns.subList(1, columns.size()), rows);
    }

    /** To six digits; what stands before the point is kept whole. */
    private static BigDecimal rounded(String number) {
        BigDecimal exact = new BigDecimal(number);
        int wholeDigits = exact.precision() - exact.scale();
        BigDecimal rounded = exact.round(new MathContext(Math.max(PREVIEW_DIGITS, wholeDigits)))
                .stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
