package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An attempt that a service works on, followed from here to its end. Ctrl-C ends the following, and not the run. */
final class RemoteAttempt {

    private static final int LAUNCHES = 3;
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 2000;
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

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

    /** Launches a job. One key for all tries: a launch whose answer was lost is not made twice. */
    int launch(Map<String, @Nullable Object> request, boolean detach) {
        String key = UUID.randomUUID().toString();
        int tries = 1;
        while (true) {
            try {
                return end(operations.launch(request, key), detach);
            } catch (NightshiftException e) {
                if (tries == LAUNCHES || !isLost(e)) {
                    throw e;
                }
                tries++;
                pause(LONGEST_WAIT_MILLIS);
            }
        }
    }

    private static boolean isLost(NightshiftException e) {
        Throwable cause = e.getCause();
        return cause instanceof IOException && !(cause instanceof ConnectException) && !(cause instanceof SSLException);
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
        say(RunText.standing(launched) + "; Ctrl-C ends the watching alone, `nightshift stop " + id + "` the run");
        JsonNode last = launched;
        long wait = FIRST_WAIT_MILLIS;
        while (true) {
            JsonNode now = patiently(id, () -> operations.run(id));
            if (!RunText.state(now).active()) {
                return now;
            }
            if (!now.get("state").equals(last.get("state"))) {
                say(RunText.standing(now));
            }
            last = now;
            pause(wait);
            wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
        }
    }

    /** A service may be started anew meanwhile, and a network be away: the run does not depend on either. */
    private JsonNode patiently(String id, Supplier<JsonNode> look) {
        Instant giveUp = session.clock().instant().plus(LONGEST_SILENCE);
        while (true) {
            try {
                return look.get();
            } catch (NightshiftException e) {
                if (!e.code().retryable() || session.clock().instant().isAfter(giveUp)) {
                    throw e.at("run " + id + " goes on, and is watched no longer");
                }
                say(e.getMessage() + ". The watching goes on");
                pause(LONGEST_WAIT_MILLIS);
            }
        }
    }

    /** To people; the error stream of programs holds one JSON object, or nothing. */
    private void say(String line) {
        if (!session.json()) {
            session.terminal().warn(line);
        }
    }

    private void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NightshiftException(
                    FailureCode.SERVICE_UNREACHABLE, "the command was interrupted; the run goes on", e);
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
