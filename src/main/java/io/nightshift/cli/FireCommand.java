package io.nightshift.cli;

import java.time.LocalDateTime;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Fires a schedule by hand. */
@Command(
        name = "fire",
        description = "Fire a schedule now, whatever its plan, pause and calendar. Its run waits until a process that"
                + " serves takes it.",
        mixinStandardHelpOptions = true)
final class FireCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "SCHEDULE", description = "Its name.")
    private String name = "";

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The logical date of its run, on the clock of the schedule's zone: 2001-03-05T02:30. Default:"
                    + " now.")
    private @Nullable LocalDateTime logicalDate;

    FireCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("fire " + name)) {
            JsonNode fire = operations.fire(name, logicalDate);
            boolean runs = fire.get("run").isString();
            if (session.json()) {
                session.terminal().printJson(fire);
            } else {
                session.terminal()
                        .print("fire of " + name + " for "
                                + fire.get("logical_date").asString() + " is "
                                + fire.get("outcome").asString()
                                + (runs ? ": run " + fire.get("run").asString() : "")
                                + " (" + fire.get("reason").asString() + ")");
            }
            return (runs ? ExitCode.COMPLETED : ExitCode.FAILED).number();
        }
    }
}
