package io.nightshift.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a schedule fire again. */
@Command(
        name = "resume",
        description = "Let a paused schedule fire again; what was due meanwhile stays skipped.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "SCHEDULE", description = "Its name.")
    private String name = "";

    ResumeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("resume " + name)) {
            new ScheduleText(session).printStanding(operations.resume(name));
            return ExitCode.COMPLETED.number();
        }
    }
}
