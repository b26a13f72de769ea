package io.nightshift.cli;

import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunDocument;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, shows and compares runs. */
@Command(name = "runs", description = "List runs, newest first; show or compare them.", mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--job", paramLabel = "JOB", description = "Only runs of this job.")
    private @Nullable String job;

    @Option(names = "--state", paramLabel = "STATE", description = "Only runs in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable RunState state;

    @Option(names = "--since", paramLabel = "TIME", description = "Only runs launched since a date or instant.")
    private @Nullable String since;

    @Option(names = "--limit", paramLabel = "RUNS", description = "Most runs to list. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    RunsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RunSearch.Filter filter =
                new RunSearch.Filter(job, state, since == null ? null : instant(since), null, null, null, limit);
        try (OpenHome home = OpenHome.open(session, "runs")) {
            List<RunRecord> runs = home.search().list(filter);
            Set<RunId> seen = home.search().seenByReaders();
            if (session.json()) {
                session.terminal()
                        .printJson(Map.of(
                                "runs",
                                runs.stream().map(run -> document(run, seen)).toList()));
            } else {
                session.terminal().print(table(runs, seen));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private Instant instant(String text) {
        try {
            return text.length() == "2001-03-05".length()
                    ? LocalDate.parse(text)
                            .atStartOfDay(session.clock().getZone())
                            .toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new io.nightshift.failure.NightshiftException(
                    io.nightshift.failure.FailureCode.USAGE,
                    "--since '" + text + "' is neither a date (2001-03-05) nor an instant (2001-03-05T02:30:00Z)",
                    e);
        }
    }

    private static Map<String, @Nullable Object> document(RunRecord run, Set<RunId> seen) {
        Map<String, @Nullable Object> document = RunDocument.of(run);
        document.put("current", seen.contains(run.id()));
        return document;
    }

    private static String table(List<RunRecord> runs, Set<RunId> seen) {
        TextTable table = new TextTable(List.of(
                "RUN",
                "NAME",
                "STATE",
                "PUBLISHED",
                "KEPT",
                "READ",
                "PREDICTED",
                "REJECTED",
                "FILTERED",
                "DURATION",
                "FAILURE"));
        for (RunRecord run : runs) {
            table.row(List.of(
                    run.id().toString(),
                    run.name(),
                    run.state().name(),
                    seen.contains(run.id()) ? "now" : run.publishedAt() == null ? "" : "earlier",
                    run.purgedAt() != null ? "purged" : run.pinned() ? "pinned" : "",
                    Long.toString(run.rows().read()),
                    Long.toString(run.rows().predicted()),
                    Long.toString(run.rows().rejected()),
                    Long.toString(run.rows().filtered()),
                    duration(run),
                    run.failure() == null ? "" : run.failure().code().name()));
        }
        return table.render();
    }

    private static String duration(RunRecord run) {
        if (run.startedAt() == null || run.endedAt() == null) {
            return "";
        }
        Duration duration = Duration.between(run.startedAt(), run.endedAt());
        return duration.toMinutes() == 0
                ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3)
                : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }

    @Command(
            name = "show",
            description = "Show a run with its events, metrics and snapshot.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String run) {
        try (OpenHome home = OpenHome.open(session, "runs show")) {
            RunRecord found = home.search().named(run);
            if (!session.json()) {
                new RunReport(session, home).print(found);
                RunFailure failure = found.failure();
                if (failure != null) {
                    session.terminal().print("failure " + RunReport.line(failure));
                }
                home.ledger().events(found.id()).forEach(event -> session.terminal()
                        .print("event   " + event.at() + " " + event.to() + " by " + event.who() + ": " + event.why()));
                return ExitCode.COMPLETED.number();
            }
            session.terminal().printJson(new RunDocument(home.details(), home.ledger()).whole(found));
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(name = "compare", description = "Show what differs between two runs.", mixinStandardHelpOptions = true)
    int compare(
            @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String first,
            @Parameters(paramLabel = "RUN", description = "Another run.") String second) {
        try (OpenHome home = OpenHome.open(session, "runs compare")) {
            RunReport report = new RunReport(session, home);
            RunRecord one = home.search().named(first);
            RunRecord other = home.search().named(second);
            List<RunComparison.Difference> differences =
                    RunComparison.of(one, report.document(one), other, report.document(other));
            if (session.json()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("runs", List.of(one.id().toString(), other.id().toString()));
                document.put("differences", differences);
                session.terminal().printJson(document);
            } else {
                TextTable table = new TextTable(
                        List.of("WHAT", one.id().toString(), other.id().toString()));
                differences.forEach(
                        difference -> table.row(List.of(difference.what(), difference.first(), difference.second())));
                session.terminal().print(table.render());
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
