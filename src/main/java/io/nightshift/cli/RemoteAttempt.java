package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An attempt that a service works on, followed from here to its end. Ctrl-C ends the following, and not the run. */
final class RemoteAttempt {

    private static final long FIRST_WAIT_MILLIS = 100;

    private final Session session;
    private final RemoteOperations operations;

    RemoteAttempt(Session session, RemoteOperations operations) {
        this.session = session;
        this.operations = operations;
    }

    /** @throws NightshiftException USAGE where a command that works here is to end before its work does */
    static void refuseDetached(boolean detach) {
        if (detach) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "--detach leaves a run to a service, and without --server this command works on it itself; nothing was"
                            + " started");
        }
    }

    int launch(Map<String, @Nullable Object> request, boolean detach) {
        return end(operations.launch(request), detach);
    }

    int restart(String run, boolean detach) {
        return end(operations.restart(run), detach);
    }

    private int end(JsonNode launched, boolean detach) {
        if (detach) {
            if (session.json()) {
                session.terminal().printJson(launched);
            } else {
                session.terminal().print(RunText.standing(launched));
            }
            return ExitCode.COMPLETED.number();
        }
        JsonNode run = follow(launched);
        report(run);
        return AttemptRunner.exitCode(RunText.state(run), RunText.code(run)).number();
    }

    private JsonNode follow(JsonNode launched) {
        String id = launched.get("run").asString();
        Patience patience = new Patience(session, "run " + id);
        patience.say(
                RunText.standing(launched) + "; Ctrl-C ends the watching alone, `nightshift stop " + id + "` the run");
        JsonNode last = launched;
        long wait = FIRST_WAIT_MILLIS;
        while (true) {
            JsonNode now = patience.look(() -> operations.run(id));
            if (!RunText.state(now).active()) {
                return now;
            }
            if (!now.get("state").equals(last.get("state"))) {
                patience.say(RunText.standing(now));
            }
            last = now;
            patience.pause(wait);
            wait = Math.min(Patience.LONGEST_WAIT_MILLIS, wait * 2);
        }
    }

    private void report(JsonNode run) {
        Terminal terminal = session.terminal();
        if (session.json()) {
            terminal.printJson(RemoteOperations.measured(run));
        } else {
            RunText.lines(run).forEach(terminal::print);
            operations.printPlaces(run);
        }
        FailureCode code = RunText.code(run);
        if (code == null) {
            return;
        }
        if (!session.json()) {
            terminal.warn(String.valueOf(RunText.failure(run)));
            return;
        }
        JsonNode failure = run.get("failure");
        Map<String, @Nullable Object> document = FailureReport.document(
                code, failure.get("message").asString(), failure.path("where").asString(null), List.of());
        document.put("run", run.get("run").asString());
        terminal.warnJson(document);
    }
}
