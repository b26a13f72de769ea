package io.nightshift.cli;

import io.nightshift.ledger.RunSearch;
import io.nightshift.ledger.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

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
        RunSearch.Filter filter = new RunSearch.Filter(
                job, state, session.instant("--since", since), null, null, null, Session.limit(limit));
        try (Operations operations = session.operations("runs")) {
            JsonNode runs = operations.runs(filter);
            if (session.json()) {
                session.terminal().printJson(runs);
            } else {
                session.terminal().print(table(runs.get("runs")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static String table(JsonNode runs) {
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
        for (JsonNode run : runs) {
            JsonNode rows = run.get("rows");
            table.row(List.of(
                    run.get("run").asString(),
                    run.get("name").asString(),
                    run.get("state").asString(),
                    run.get("current").asBoolean()
                            ? "now"
                            : run.get("published").asBoolean() ? "earlier" : "",
                    run.get("purged").isString() ? "purged" : run.get("pinned").asBoolean() ? "pinned" : "",
                    rows.get("read").asString(),
                    rows.get("predicted").asString(),
                    rows.get("rejected").asString(),
                    rows.get("filtered").asString(),
                    duration(run),
                    run.path("failure").path("code").asString("")));
        }
        return table.render();
    }

    private static String duration(JsonNode run) {
        if (!run.get("started").isString() || !run.get("ended").isString()) {
            return "";
        }
        Duration duration = Duration.between(
                Instant.parse(run.get("started").asString()),
                Instant.parse(run.get("ended").asString()));
        return duration.toMinutes() == 0
                ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3)
                : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }

    @Command(
            name = "show",
            description = "Show a run with its events, metrics and snapshot.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String run) {
        try (Operations operations = session.operations("runs show")) {
            JsonNode found = operations.run(run);
            if (session.json()) {
                session.terminal().printJson(found);
                return ExitCode.COMPLETED.number();
            }
            Terminal terminal = session.terminal();
            RunText.lines(found).forEach(terminal::print);
            operations.printPlaces(found);
            String failure = RunText.failure(found);
            if (failure != null) {
                terminal.print("failure " + failure);
            }
            for (JsonNode event : found.get("events")) {
                terminal.print("event   " + event.get("at").asString() + " "
                        + event.get("to").asString() + " by " + event.get("who").asString() + ": "
                        + event.get("why").asString());
            }
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(name = "compare", description = "Show what differs between two runs.", mixinStandardHelpOptions = true)
    int compare(
            @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String first,
            @Parameters(paramLabel = "RUN", description = "Another run.") String second) {
        try (Operations operations = session.operations("runs compare")) {
            JsonNode one = operations.run(first);
            JsonNode other = operations.run(second);
            List<String> runs =
                    List.of(one.get("run").asString(), other.get("run").asString());
            List<RunComparison.Difference> differences = RunComparison.of(one, other);
            if (session.json()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("runs", runs);
                document.put("differences", differences);
                session.terminal().printJson(document);
            } else {
                TextTable table = new TextTable(List.of("WHAT", runs.get(0), runs.get(1)));
                differences.forEach(
                        difference -> table.row(List.of(difference.what(), difference.first(), difference.second())));
                session.terminal().print(table.render());
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
