package io.nightshift.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What there is to say of schedules, and to do with them. */
@Command(
        name = "schedules",
        description =
                "List schedules as they were applied; show, preview, pause, resume and fire them, apply their files.",
        mixinStandardHelpOptions = true)
final class SchedulesCommand implements Callable<Integer> {

    private final Session session;

    SchedulesCommand(Session session) {
        this.session = session;
    }

    /** The command with its subcommands. */
    CommandLine line() {
        CommandLine line = new CommandLine(this);
        line.addSubcommand(new SchedulesNextCommand(session));
        line.addSubcommand(new PauseCommand(session));
        line.addSubcommand(new ResumeCommand(session));
        line.addSubcommand(new FireCommand(session));
        return line;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("schedules")) {
            JsonNode schedules = operations.schedules();
            if (session.json()) {
                session.terminal().printJson(schedules);
            } else {
                session.terminal().print(ScheduleText.table(schedules.get("schedules")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a schedule, its pause, its last fire and its text.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "SCHEDULE", description = "Its name.") String name) {
        try (Operations operations = session.operations("schedules show " + name)) {
            JsonNode schedule = operations.schedule(name);
            if (session.json()) {
                session.terminal().printJson(schedule);
            } else {
                ScheduleText.lines(schedule).forEach(session.terminal()::print);
            }
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "reload",
            description = "Apply the schedule files, as serving does when it starts, and show what changed.",
            mixinStandardHelpOptions = true)
    int reload() {
        try (Operations operations = session.operations("schedules reload")) {
            JsonNode changes = operations.reload();
            if (session.json()) {
                session.terminal().printJson(changes);
            } else {
                session.terminal().print(ScheduleText.changes(changes.get("changes")));
            }
            if (ScheduleText.removes(changes.get("changes"))
                    && operations.schedules().get("schedules").isEmpty()) {
                session.terminal()
                        .warn("every schedule is removed, for the folder holds no schedule file any more: nothing fires"
                                + " until files are there and are applied");
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
