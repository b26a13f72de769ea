package io.nightshift.cli;

import io.nightshift.queue.RunQueue;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows and reorders the runs that wait. */
@Command(
        name = "queue",
        description =
                "List the runs that wait, in the order in which they are taken, each with why it waits; reorder and"
                        + " cancel them.",
        mixinStandardHelpOptions = true)
final class QueueCommand implements Callable<Integer> {

    private final Session session;

    QueueCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Operations operations = session.operations("queue")) {
            JsonNode queue = operations.queue();
            if (session.json()) {
                session.terminal().printJson(queue);
            } else {
                session.terminal().print(table(queue.get("waiting")));
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private static String table(JsonNode waiting) {
        TextTable table =
                new TextTable(List.of("PLACE", "RUN", "JOB", "ASKED FOR BY", "PRIORITY", "SINCE", "WAITS FOR"));
        for (JsonNode run : waiting) {
            table.row(List.of(
                    run.get("place").asString(),
                    run.get("run").asString(),
                    run.get("job").asString(),
                    run.get("origin").asString() + " " + run.get("origin_name").asString(),
                    run.get("priority").asString(),
                    run.get("submitted").asString(),
                    run.get("reason").asString()));
        }
        return table.render();
    }

    @Command(
            name = "first",
            description = "Give a waiting run the highest priority, 1000. Runs of backfills stay behind all others.",
            mixinStandardHelpOptions = true)
    int first(@Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String run) {
        return prioritise("queue first " + run, run, RunQueue.LARGEST_PRIORITY);
    }

    @Command(name = "priority", description = "Give a waiting run another priority.", mixinStandardHelpOptions = true)
    int priority(
            @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String run,
            @Parameters(
                            paramLabel = "PRIORITY",
                            description = "0 to 1000; runs of a higher one are taken first, usual is 5.")
                    int priority) {
        return prioritise("queue priority " + run, run, priority);
    }

    private int prioritise(String command, String run, int priority) {
        try (Operations operations = session.operations(command)) {
            JsonNode moved = operations.prioritise(run, priority);
            if (session.json()) {
                session.terminal().printJson(moved);
            } else {
                session.terminal()
                        .print("run " + moved.get("run").asString() + " waits with priority "
                                + moved.get("priority").asString());
            }
            return ExitCode.COMPLETED.number();
        }
    }

    @Command(
            name = "cancel",
            description = "Take a waiting run out of the queue: it is stopped, and can be restarted.",
            mixinStandardHelpOptions = true)
    int cancel(@Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.") String run) {
        try (Operations operations = session.operations("queue cancel " + run)) {
            JsonNode cancelled = operations.cancel(run);
            if (session.json()) {
                session.terminal().printJson(cancelled);
            } else {
                session.terminal().print(RunText.standing(cancelled));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
