package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Watches what goes on elsewhere: a service may be started anew meanwhile, and a network be away. */
final class Patience {

    static final long LONGEST_WAIT_MILLIS = 2000;

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    private final Session session;

    /** What is watched, in words; it depends on neither the service's process nor the network. */
    private final String watched;

    Patience(Session session, String watched) {
        this.session = session;
        this.watched = watched;
    }

    /** @throws NightshiftException what the last look came to, when there was none that succeeded for two minutes */
    JsonNode look(Supplier<JsonNode> look) {
        Instant giveUp = session.clock().instant().plus(LONGEST_SILENCE);
        while (true) {
            try {
                return look.get();
            } catch (NightshiftException e) {
                if (!e.code().retryable() || session.clock().instant().isAfter(giveUp)) {
                    throw e.at(watched + " goes on, and is watched no longer");
                }
                say(e.getMessage() + ". The watching goes on");
                pause(LONGEST_WAIT_MILLIS);
            }
        }
    }

    /** To people; the error stream of programs holds one JSON object, or nothing. */
    void say(String line) {
        if (!session.json()) {
            session.terminal().warn(line);
        }
    }

    void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NightshiftException(
                    FailureCode.SERVICE_UNREACHABLE, "the command was interrupted; " + watched + " goes on", e);
        }
    }
}
