package io.nightshift.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Lists the processes that serve. */
@Command(
        name = "nodes",
        description = "List the processes that serve, with how far their clocks are off.",
        mixinStandardHelpOptions = true)
final class NodesCommand implements Callable<Integer> {

    private final Session session;

    NodesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("nodes")) {
            JsonNode nodes = operations.nodes();
            if (session.json()) {
                session.terminal().printJson(nodes);
            } else {
                session.terminal().print(table(nodes.get("nodes")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static String table(JsonNode nodes) {
        TextTable table = new TextTable(
                List.of("NODE", "NAME", "ADDRESS", "STARTED", "SEEN", "STATE", "SKEW SECONDS", "WORKERS"));
        for (JsonNode node : nodes) {
            String idle = node.path("idle_reason").asString("");
            table.row(List.of(
                    node.get("node").asString(),
                    node.get("name").asString(),
                    node.path("address").asString(""),
                    node.get("started").asString(),
                    node.get("seen").asString(),
                    !node.get("alive").asBoolean() ? "gone" : idle.isEmpty() ? "works" : "takes no runs: " + idle,
                    node.get("skew_seconds").asString(),
                    node.get("workers").asString()));
        }
        return table.render();
    }
}
