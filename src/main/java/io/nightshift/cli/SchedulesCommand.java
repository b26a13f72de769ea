package io.nightshift.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to say of schedules. */
@Command(name = "schedules", description = "Show when schedules fire.", mixinStandardHelpOptions = true)
final class SchedulesCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    SchedulesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to show: schedules next SCHEDULE");
    }

    /** The command with its subcommands. */
    CommandLine line() {
        CommandLine line = new CommandLine(this);
        line.addSubcommand(new SchedulesNextCommand(session));
        return line;
    }
}
