package io.nightshift.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a schedule not fire. */
@Command(
        name = "pause",
        description = "Let a schedule not fire; what is due meanwhile is skipped.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "SCHEDULE", description = "Its name.")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "What others read of why.")
    private String reason = "";

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "A date or instant from which it fires again by itself. Default: when it is resumed.")
    private @Nullable String until;

    PauseCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("pause " + name)) {
            new ScheduleText(session).printStanding(operations.pause(name, reason, session.instant("--until", until)));
            return ExitCode.COMPLETED.number();
        }
    }
}
