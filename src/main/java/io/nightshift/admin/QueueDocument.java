package io.nightshift.admin;

import io.nightshift.queue.NodeStatus;
import io.nightshift.queue.WaitingRun;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of waiting runs and of processes. */
final class QueueDocument {

    private QueueDocument() {}

    static Map<String, @Nullable Object> of(WaitingRun run) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("place", run.place());
        document.put("run", run.run().toString());
        document.put("job", run.job());
        document.put("origin", run.origin().kind().name().toLowerCase(Locale.ROOT));
        document.put("origin_name", run.origin().name());
        document.put("priority", run.priority());
        document.put("submitted", run.submittedAt().toString());
        document.put(
                "not_before", run.notBefore() == null ? null : run.notBefore().toString());
        document.put(
                "start_before",
                run.startBefore() == null ? null : run.startBefore().toString());
        document.put("reason", run.reason());
        return document;
    }

    static Map<String, @Nullable Object> of(NodeStatus node) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("node", node.id().toString());
        document.put("name", node.name());
        document.put("started", node.startedAt().toString());
        document.put("seen", node.seenAt().toString());
        document.put("alive", node.alive());
        document.put("skew_seconds", node.skew().toMillis() / 1e3);
        document.put("workers", node.workers());
        document.put("idle_reason", node.idleReason());
        document.put("address", node.address());
        return document;
    }
}
