package io.nightshift.admin;

import io.nightshift.ledger.RunRecord;
import io.nightshift.queue.Nodes;
import io.nightshift.queue.RunQueue;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Shows which runs wait and which processes work, and reorders. */
@RestController
final class QueueController {

    private final RunNames names;
    private final RunQueue queue;
    private final Nodes nodes;

    QueueController(RunNames names, RunQueue queue, Nodes nodes) {
        this.names = names;
        this.queue = queue;
        this.nodes = nodes;
    }

    /** @param priority 0 to 1000; those of a higher one are taken first */
    record PriorityRequest(int priority) {}

    @GetMapping(Route.API + "/queue")
    Map<String, Object> waiting() {
        List<Map<String, @org.jspecify.annotations.Nullable Object>> waiting =
                queue.waiting().stream().map(QueueDocument::of).toList();
        return Map.of("waiting", waiting);
    }

    @PostMapping(Route.API + "/queue/{run}/priority")
    Map<String, Object> prioritise(@PathVariable String run, @RequestBody PriorityRequest request) {
        RunRecord found = names.find(run);
        queue.prioritise(found.id(), request.priority());
        return Map.of("run", found.id().toString(), "priority", request.priority());
    }

    @GetMapping(Route.API + "/nodes")
    Map<String, Object> nodes() {
        return Map.of("nodes", nodes.list().stream().map(QueueDocument::of).toList());
    }
}
