package io.nightshift.cli;

import io.nightshift.database.ReadOnlyQuery;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition;
import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunDocument;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a run came to, for people or as one JSON object. */
final class RunReport {

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
        return new RunDocument(home.details(), home.ledger()).measured(run);
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
        if (!RunDocument.committedNothing(run) && metrics.getOrDefault("rows_scored", 0.0) > 0) {
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
        if (RunDocument.committedNothing(run)) {
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
        RunDocument.phases(metrics).forEach((name, seconds) -> (RunDocument.RUN_PHASES.contains(name) ? run : workers)
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
