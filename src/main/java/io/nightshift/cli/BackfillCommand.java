package io.nightshift.cli;

import io.nightshift.backfill.Backfill;
import io.nightshift.backfill.BackfillProgress;
import io.nightshift.backfill.BackfillRequest;
import io.nightshift.backfill.BackfillState;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.queue.NodeStatus;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for runs of a job for many logical dates, and looks after them. */
@Command(
        name = "backfill",
        description =
                "Run a job for many logical dates: one run each, made by the processes that serve, behind live runs.",
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 500;
    private static final LocalTime END_OF_DAY = LocalTime.of(23, 59, 59);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    @Parameters(paramLabel = "JOB|FILE", arity = "0..1", description = "A job of the folder jobs, or a job file.")
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
    private String every = "1d";

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
    public Integer call() throws InterruptedException {
        if (job == null || from == null || to == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to run and when: backfill JOB --from 2001-01-01 --to 2001-06-30, or backfill show|stop|resume"
                            + " ID");
        }
        BackfillRequest request = new BackfillRequest(
                job,
                date("--from", from, LocalTime.MIDNIGHT),
                date("--to", to, END_OF_DAY),
                every,
                parallel,
                only,
                model,
                parameters);
        try (OpenHome home = OpenHome.open(session, "backfill " + job)) {
            if (wait && home.exclusive()) {
                throw new NightshiftException(
                        FailureCode.USAGE,
                        "--wait would wait for ever: in an embedded home one process works at a time, and `nightshift"
                                + " serve` works on backfills. Ask without --wait, then serve; nothing was queued");
            }
            Backfill backfill = home.backfills().create(request, OpenHome.who());
            if (wait) {
                return follow(home, backfill.id());
            }
            print(home.backfills().get(backfill.id()));
            if (!session.json() && home.nodes().list().stream().noneMatch(NodeStatus::alive)) {
                session.terminal()
                        .warn("no process serves now: the backfill waits for `nightshift serve`"
                                + (home.exclusive() ? ", which needs this home for itself" : ""));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private int follow(OpenHome home, long id) throws InterruptedException {
        BackfillProgress progress = home.backfills().get(id);
        while (progress.backfill().state() == BackfillState.RUNNING) {
            if (!session.json() && session.terminal().interactive()) {
                session.terminal().status(BackfillReport.line(progress));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            progress = home.backfills().get(id);
        }
        print(progress);
        return switch (progress.backfill().state()) {
            case COMPLETED, RUNNING -> ExitCode.COMPLETED.number();
            case STOPPED -> ExitCode.STOPPED.number();
            case FAILED -> ExitCode.FAILED.number();
        };
    }

    private void print(BackfillProgress progress) {
        if (session.json()) {
            session.terminal().printJson(BackfillReport.document(progress));
        } else {
            session.terminal().print(BackfillReport.text(progress));
        }
    }

    private static LocalDateTime date(String option, String text, LocalTime time) {
        try {
            return text.contains("T")
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).atTime(time);
        } catch (DateTimeParseException e) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    option + " '" + text + "' is neither a date (2001-03-05) nor a date and time (2001-03-05T02:00)."
                            + " Nothing was queued",
                    e);
        }
    }

    @Command(name = "show", description = "Show a backfill with a bar of its dates.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (OpenHome home = OpenHome.open(session, "backfill show")) {
            print(home.backfills().get(id));
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "stop",
            description = "Stop a backfill: waiting runs at once, those at work after the chunks in hand.",
            mixinStandardHelpOptions = true)
    int stop(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (OpenHome home = OpenHome.open(session, "backfill stop")) {
            home.backfills().stop(id, OpenHome.who());
            print(home.backfills().get(id));
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "resume",
            description = "Go on with a stopped or failed backfill: dates that are not done are submitted again.",
            mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "ID", description = "Its number.") long id) {
        try (OpenHome home = OpenHome.open(session, "backfill resume")) {
            home.backfills().resume(id, OpenHome.who());
            print(home.backfills().get(id));
            return ExitCode.COMPLETED.number();
        }
    }
}
