package io.nightshift.cli;

import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertLog;
import io.nightshift.alert.AlertState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
        Set<String> channels =
                session.channels(session.configuration().alerts()).names();
        try (OpenHome home = OpenHome.open(session, "alerts")) {
            List<AlertLog.Entry> entries = home.alerts().list(state, limit);
            if (session.json()) {
                session.terminal()
                        .printJson(Map.of(
                                "alerts",
                                entries.stream()
                                        .map(entry -> document(entry, channels))
                                        .toList()));
            } else {
                session.terminal().print(table(entries, channels));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static Map<String, @Nullable Object> document(AlertLog.Entry entry, Set<String> channels) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", entry.id());
        document.put("kind", entry.kind());
        document.put("subject", entry.subject());
        document.put("run", entry.run());
        document.put("text", entry.text());
        document.put("at", entry.at());
        document.put("channel", entry.channel());
        document.put("state", entry.state());
        document.put("message", entry.message());
        document.put("attempts", entry.attempts());
        document.put("due_at", entry.dueAt());
        document.put("sent_at", entry.sentAt());
        document.put("reason", reason(entry, channels));
        return document;
    }

    private static String table(List<AlertLog.Entry> entries, Set<String> channels) {
        TextTable table = new TextTable(
                List.of("AT", "KIND", "SUBJECT", "RUN", "CHANNEL", "STATE", "ATTEMPTS", "NEXT", "TEXT", "REASON"));
        for (AlertLog.Entry entry : entries) {
            table.row(List.of(
                    entry.at().toString(),
                    entry.kind().name(),
                    entry.subject(),
                    entry.run() == null ? "" : entry.run(),
                    entry.channel(),
                    entry.state().name(),
                    Integer.toString(entry.attempts()),
                    entry.dueAt() == null ? "" : entry.dueAt().toString(),
                    entry.text().lines().findFirst().orElse(""),
                    reason(entry, channels)));
        }
        return table.render();
    }

    private static String reason(AlertLog.Entry entry, Set<String> channels) {
        if (entry.dueAt() != null && !channels.contains(entry.channel())) {
            return "the configuration has no channel '" + entry.channel() + "'";
        }
        return entry.reason() == null ? "" : entry.reason();
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
