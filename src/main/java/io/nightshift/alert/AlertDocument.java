package io.nightshift.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of alerts, whoever prints or sends them. */
public final class AlertDocument {

    private AlertDocument() {}

    /** @param channels those that the configuration has now */
    public static Map<String, @Nullable Object> of(AlertLog.Entry entry, Set<String> channels) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", entry.id());
        document.put("kind", entry.kind().name());
        document.put("subject", entry.subject());
        document.put("run", entry.run());
        document.put("text", entry.text());
        document.put("at", entry.at().toString());
        document.put("channel", entry.channel());
        document.put("state", entry.state().name());
        document.put("message", entry.message());
        document.put("attempts", entry.attempts());
        document.put("due_at", text(entry.dueAt()));
        document.put("sent_at", text(entry.sentAt()));
        document.put("reason", reason(entry, channels));
        return document;
    }

    private static String reason(AlertLog.Entry entry, Set<String> channels) {
        if (entry.dueAt() != null && !channels.contains(entry.channel())) {
            return "the configuration has no channel '" + entry.channel() + "'";
        }
        return entry.reason() == null ? "" : entry.reason();
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
