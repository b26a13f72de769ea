package io.nightshift.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Asks for the end of a run, whichever process works on it. */
@Command(
        name = "stop",
        description = "Stop a run after the chunks in hand; one that waits stops at once.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    StopCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("stop " + run)) {
            JsonNode stopped = operations.stop(run);
            if (session.json()) {
                session.terminal().printJson(stopped);
            } else {
                session.terminal().print(RunText.standing(stopped));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
