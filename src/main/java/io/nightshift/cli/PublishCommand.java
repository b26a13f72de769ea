package io.nightshift.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Goes back, or forward, to another complete run. */
@Command(
        name = "publish",
        description = "Make a completed run the one that readers see.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    PublishCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("publish " + run)) {
            JsonNode published = operations.publish(run);
            if (session.json()) {
                session.terminal().printJson(published);
                return ExitCode.COMPLETED.number();
            }
            String id = published.get("run").asString();
            String named = id + " (" + published.get("name").asString() + ")";
            boolean whole = operations.run(id).get("outputs").get("merge_key").isEmpty();
            session.terminal()
                    .print(
                            whole
                                    ? "readers now see run " + named
                                    : "the keys of run " + named + " have its values again; other keys keep theirs");
            return ExitCode.COMPLETED.number();
        }
    }
}
