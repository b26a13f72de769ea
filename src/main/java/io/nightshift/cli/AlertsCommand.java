package io.nightshift.cli;

import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Lists alerts and what became of them, and tries channels. */
@Command(
        name = "alerts",
        description = "List alerts, newest first, with what became of them; try a channel.",
        mixinStandardHelpOptions = true)
final class AlertsCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only alerts in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable AlertState state;

    @Option(names = "--limit", paramLabel = "ALERTS", description = "Most alerts to list. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    AlertsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        int most = Session.limit(limit);
        try (Operations operations = session.operations("alerts")) {
            JsonNode alerts = operations.alerts(state, most);
            if (session.json()) {
                session.terminal().printJson(alerts);
            } else {
                session.terminal().print(table(alerts.get("alerts")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static String table(JsonNode alerts) {
        TextTable table = new TextTable(
                List.of("AT", "KIND", "SUBJECT", "RUN", "CHANNEL", "STATE", "ATTEMPTS", "NEXT", "TEXT", "REASON"));
        for (JsonNode alert : alerts) {
            table.row(List.of(
                    alert.get("at").asString(),
                    alert.get("kind").asString(),
                    alert.get("subject").asString(),
                    alert.path("run").asString(""),
                    alert.get("channel").asString(),
                    alert.get("state").asString(),
                    alert.get("attempts").asString(),
                    alert.path("due_at").asString(""),
                    alert.get("text").asString().lines().findFirst().orElse(""),
                    alert.get("reason").asString()));
        }
        return table.render();
    }

    @Command(
            name = "test",
            description = "Send a test message on a channel, now, and say whether the channel took it.",
            mixinStandardHelpOptions = true)
    int test(@Parameters(paramLabel = "CHANNEL", description = "As the configuration names it.") String channel) {
        AlertChannels channels = session.channels(session.configuration().alerts());
        channels.test(channel);
        if (session.json()) {
            session.terminal().printJson(Map.of("channel", channel, "sent", true));
        } else {
            session.terminal().print("the channel '" + channel + "' took a test message");
        }
        return ExitCode.COMPLETED.number();
    }
}
