package io.nightshift.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Keeps a run's results, whatever its job says. */
@Command(
        name = "pin",
        description = "Keep the results of a run, whatever its job says of keeping them.",
        mixinStandardHelpOptions = true)
final class PinCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    @Option(names = "--remove", description = "Take the pin off again.")
    private boolean remove;

    PinCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("pin " + run)) {
            JsonNode pinned = operations.pin(run, !remove);
            if (session.json()) {
                session.terminal().printJson(pinned);
            } else {
                session.terminal()
                        .print("run " + pinned.get("run").asString() + " ("
                                + pinned.get("name").asString() + ") is "
                                + (pinned.get("pinned").asBoolean() ? "pinned: its results are kept" : "not pinned"));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
