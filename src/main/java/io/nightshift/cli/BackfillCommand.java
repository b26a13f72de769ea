package io.nightshift.cli;

import io.nightshift.backfill.BackfillRequest;
import io.nightshift.backfill.BackfillState;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Asks for runs of a job for many logical dates, and looks after them. */
@Command(
        name = "backfill",
        description =
                "Run a job for many logical dates: one run each, made by the processes that serve, behind live runs.",
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    @Parameters(
            paramLabel = "JOB|FILE",
            arity = "0..1",
            description = "A job of the folder jobs, or a job file; of the service's folder with a server.")
    private @Nullable String job;

    @Option(
            names = "--from",
            paramLabel = "DATE",
            description = "The first logical date: 2001-01-01 or 2001-01-01T06:00.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "DATE",
            description = "No logical date is later; a date without a time is the whole day.")
    private @Nullable String to;

    @Option(
            names = "--every",
            paramLabel = "STEP",
            description = "Step between dates: 1d, 6h, 30m, 1w, or ISO such as P1M. Default: ${DEFAULT-VALUE}.")
    private String every = BackfillRequest.DAILY;

    @Option(names = "--parallel", paramLabel = "RUNS", description = "Most runs at once. Default: ${DEFAULT-VALUE}.")
    private int parallel = 1;

    @Option(
            names = "--only",
            paramLabel = "DATES",
            description =
                    "Which dates get a run: missing (no complete run of the same definition and model), failed (the last run"
                            + " failed or was stopped; it goes on) or all. Default: ${DEFAULT-VALUE}.")
    private BackfillRequest.Selection only = BackfillRequest.Selection.MISSING;

    @Option(names = "--model", paramLabel = "DIR", description = "A model in place of the job's.")
    private @Nullable String model;

    @Option(
            names = "-p",
            paramLabel = "NAME=VALUE",
            description = "A parameter of the job; its value may hold $${logical_date - 1d}.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--wait", description = "Follow it to its end; Ctrl-C ends the watching only.")
    private boolean wait;

    BackfillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (job == null || from == null || to == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to run and when: backfill JOB --from 2001-01-01 --to 2001-06-30, or backfill show|stop|resume"
                            + " ID");
        }
        BackfillRequest request = new BackfillRequest(
                job,
                BackfillRequest.first("--from", from),
                BackfillRequest.last("--to", to),
                every,
                parallel,
                only,
                model,
                parameters);
        try (Operations operations = session.operations("backfill " + job)) {
            if (wait && operations.exclusive()) {
                throw new NightshiftException(
                        FailureCode.USAGE,
                        "--wait would wait for ever: in an embedded home one process works at a time, and `nightshift"
                                + " serve` works on backfills. Ask without --wait, then serve; nothing was queued");
            }
            long id = operations.startBackfill(request).get("backfill").asLong();
            if (wait) {
                return follow(operations, id);
            }
            print(operations.backfill(id, true));
            if (!session.json() && !served(operations)) {
                session.terminal()
                        .warn("no process serves now: the backfill waits for `nightshift serve`"
                                + (operations.exclusive() ? ", which needs this home for itself" : ""));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static boolean served(Operations operations) {
        for (JsonNode node : operations.nodes().get("nodes")) {
            if (node.get("alive").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private int follow(Operations operations, long id) {
        Patience patience = new Patience(session, "backfill " + id);
        boolean shown = !session.json() && session.terminal().interactive();
        long looks = LOOK_MILLIS;
        JsonNode backfill = patience.look(() -> operations.backfill(id, shown));
        while (state(backfill) == BackfillState.RUNNING) {
            if (shown) {
                session.terminal().status(BackfillReport.line(backfill));
            }
            patience.pause(looks);
            looks = Math.min(Patience.LONGEST_WAIT_MILLIS, looks * 2);
            backfill = patience.look(() -> operations.backfill(id, shown));
        }
        print(patience.look(() -> operations.backfill(id, true)));
        return switch (state(backfill)) {
            case COMPLETED, RUNNING -> ExitCode.COMPLETED.number();
            case STOPPED -> ExitCode.STOPPED.number();
            case FAILED -> ExitCode.FAILED.number();
        };
    }

    private static BackfillState state(JsonNode backfill) {
        return BackfillState.valueOf(backfill.get("state").asString());
    }

    private void print(JsonNode backfill) {
        if (session.json()) {
            session.terminal().printJson(backfill);
        } else {
            session.terminal().print(BackfillReport.text(backfill));
        }
    }

    @Command(name = "show", description = "Show a backfill with a bar of its dates.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (Operations operations = session.operations("backfill show")) {
            print(operations.backfill(id, true));
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "stop",
            description = "Stop a backfill: waiting runs at once, those at work after the chunks in hand.",
            mixinStandardHelpOptions = true)
    int stop(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (Operations operations = session.operations("backfill stop")) {
            print(operations.stopBackfill(id));
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "resume",
            description = "Go on with a stopped or failed backfill: dates that are not done are submitted again.",
            mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (Operations operations = session.operations("backfill resume")) {
            print(operations.resumeBackfill(id));
            return ExitCode.COMPLETED.number();
        }
    }
}
