package io.nightshift.queue;

import io.nightshift.ledger.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says of waiting runs, in words, what keeps each from being taken: which limit, and behind which runs. Thread-safe. */
final class WaitingReasons {

    private static final int MOST_NAMED = 3;

    private final QueueTable table;
    private final Nodes nodes;
    private final QueueLimits limits;

    WaitingReasons(QueueTable table, Nodes nodes, QueueLimits limits) {
        this.table = table;
        this.nodes = nodes;
        this.limits = limits;
    }

    /** Looks at what is at work, once for all that wait. */
    Moment at(Instant now) {
        return new Moment(now, table.taken(), table.holders(), nodes.list(), limits);
    }

    /**
     * What is at work at one moment.
     *
     * @param holders of waiting runs, the run that holds their job and parameters
     */
    record Moment(
            Instant now, List<QueuedRun> taken, Map<RunId, RunId> holders, List<NodeStatus> nodes, QueueLimits limits) {

        /** @param place 1 for what is taken first */
        String of(QueuedRun run, int place) {
            if (run.notBefore() != null && run.notBefore().isAfter(now)) {
                return "try " + (run.tries() + 1) + " of " + run.retry().attempts() + " is due at " + run.notBefore();
            }
            if (run.startBefore() != null && !run.startBefore().isAfter(now)) {
                return "it was to start before " + run.startBefore() + ", and is being given up";
            }
            RunId holder = holders.get(run.run());
            if (holder != null) {
                return "run " + holder + " with the same parameters "
                        + (taken.stream().anyMatch(other -> other.run().equals(holder)) ? "is at work" : "goes first");
            }
            String limit = limit(run);
            return limit != null ? limit : worker(place);
        }

        private @Nullable String limit(QueuedRun run) {
            List<QueuedRun> ofOrigin = taken(other -> other.origin().equals(run.origin()));
            if (ofOrigin.size() >= run.originParallel()) {
                return run.origin().words() + " may have " + runs(run.originParallel()) + " at once: " + names(ofOrigin)
                        + " at work";
            }
            List<QueuedRun> ofJob = taken(other -> other.job().equals(run.job()));
            if (ofJob.size() >= run.jobParallel()) {
                return "job " + run.job() + " may have " + runs(run.jobParallel())
                        + " at once (compute.runs, queue.runs_per_job): " + names(ofJob) + " at work";
            }
            @Nullable Integer most = limits.runsPerDevice().get(run.device());
            List<QueuedRun> onDevice = taken(other -> other.device().equals(run.device()));
            if (most != null && onDevice.size() >= most) {
                return "device " + run.device() + " may have " + runs(most) + " at once (queue.runs_per_device): "
                        + names(onDevice) + " at work";
            }
            return taken.size() < limits.runs()
                    ? null
                    : "all processes together may have " + runs(limits.runs()) + " at once (queue.runs): "
                            + names(taken) + " at work";
        }

        private String worker(int place) {
            List<NodeStatus> alive = nodes.stream().filter(NodeStatus::alive).toList();
            if (alive.isEmpty()) {
                return "no process serves";
            }
            int workers = alive.stream()
                    .filter(node -> node.idleReason() == null)
                    .mapToInt(NodeStatus::workers)
                    .sum();
            String before = place == 1 ? "" : ", and " + runs(place - 1) + (place == 2 ? " is" : " are") + " before it";
            if (workers == 0) {
                return alive.stream()
                        .filter(node -> node.idleReason() != null && node.workers() > 0)
                        .findFirst()
                        .map(node -> "no process takes runs: of " + node.name() + ", " + node.idleReason())
                        .orElse("no process that serves has workers (queue.workers)");
            }
            return taken.size() >= workers
                    ? (workers == 1 ? "the only worker is busy" : "all " + workers + " workers are busy") + before
                    : "a worker is about to take it" + before;
        }

        private List<QueuedRun> taken(Predicate<QueuedRun> which) {
            return taken.stream().filter(which).toList();
        }

        private static String runs(int number) {
            return number == 1 ? "1 run" : number + " runs";
        }

        private static String names(List<QueuedRun> runs) {
            String first = runs.stream()
                    .limit(MOST_NAMED)
                    .map(run -> run.run().toString())
                    .collect(Collectors.joining(", "));
            int more = runs.size() - MOST_NAMED;
            return first + (more > 0 ? " and " + more + " more are" : runs.size() == 1 ? " is" : " are");
        }
    }
}
