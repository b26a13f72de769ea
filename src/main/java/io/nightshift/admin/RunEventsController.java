package io.nightshift.admin;

import io.nightshift.access.AccessTokens;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the events of a run as they happen, as server-sent events: first those behind the last that the client has, then each new one,
 * until the run has ended or the token lets nobody in any more. An id that is sent back in {@code Last-Event-ID} goes on exactly there.
 */
@RestController
final class RunEventsController {

    private static final long LOOK_MILLIS = 500;
    private static final int LOOKS_PER_HEARTBEAT = 10;

    private final RunNames names;
    private final RunSearch search;
    private final EventStreams streams;
    private final AccessTokens tokens;

    RunEventsController(RunNames names, RunSearch search, EventStreams streams, AccessTokens tokens) {
        this.names = names;
        this.search = search;
        this.streams = streams;
        this.tokens = tokens;
    }

    @GetMapping(Route.API + "/runs/{run}/events")
    void events(
            @PathVariable String run,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            TokenAuthentication caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        RunRecord found = names.find(run);
        long behind = last == null || last.isEmpty() ? 0 : number(last);
        streams.enter();
        try {
            response.setContentType("text/event-stream");
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            follow(found, behind, caller.getName(), response.getOutputStream());
        } finally {
            streams.leave();
        }
    }

    private void follow(RunRecord run, long behind, String token, OutputStream out)
            throws IOException, InterruptedException {
        long last = behind;
        int looks = 0;
        send(out, "retry: 2000\n\n");
        do {
            // The state first: an event that comes between the two looks is seen by the next.
            boolean ended = !names.find(run.id().toString()).state().active();
            List<RunSearch.NumberedEvent> news = search.eventsAfter(run.id(), last);
            for (RunSearch.NumberedEvent event : news) {
                send(
                        out,
                        "id: " + event.number() + "\nevent: state\ndata: "
                                + JsonMapper.shared().writeValueAsString(event.event()) + "\n\n");
                last = event.number();
            }
            if (ended) {
                send(out, "event: end\ndata: {}\n\n");
                return;
            }
            looks++;
            if (!tokens.isUsable(token)) {
                send(out, ": the token lets nobody in any more\n\n");
                return;
            }
            if (looks % LOOKS_PER_HEARTBEAT == 0) {
                // Also how a client that has gone is noticed.
                send(out, ": alive\n\n");
            }
        } while (streams.await(LOOK_MILLIS));
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "Last-Event-ID is no id of an event; send the last id as it came, or none for all events");
        }
        return Long.parseLong(text);
    }
}
