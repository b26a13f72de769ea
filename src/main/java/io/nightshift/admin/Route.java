package io.nightshift.admin;

import io.nightshift.access.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * One thing that the endpoint can do. {@link #ALL} is the whole of it: what is not there is denied.
 *
 * @param role who may, or null for everybody on this machine without a token
 * @param summary for the API's description
 */
record Route(HttpMethod method, String pattern, @Nullable Role role, String summary) {

    static final String API = "/api/v1";

    static final List<Route> ALL = List.of(
            get("/health/liveness", null, "Whether the process answers at all."),
            get("/health/readiness", null, "Whether the service can work: its database answers."),
            get("/metrics", Role.VIEWER, "Metrics in the text form of Prometheus."),
            get(API + "/openapi.json", Role.VIEWER, "This description."),
            get(API + "/jobs", Role.VIEWER, "The jobs of the service's folder."),
            get(API + "/jobs/{name}", Role.VIEWER, "A job, its parameters and its text."),
            get(API + "/runs", Role.VIEWER, "Runs, newest first, page by page."),
            get(API + "/runs/{run}", Role.VIEWER, "A run with its events, metrics and snapshot."),
            get(API + "/runs/{run}/events", Role.VIEWER, "The events of a run as they happen."),
            post(API + "/runs", "Launch a job: its run waits until a process takes it."),
            post(API + "/runs/{run}/stop", "Stop a run after the chunks in hand; one that waits stops at once."),
            post(API + "/runs/{run}/restart", "Continue a failed or stopped run where the ledger says."),
            post(API + "/runs/{run}/publish", "Make a completed run the one that readers see."),
            post(API + "/runs/{run}/pin", "Keep the results of a run, whatever its job says of keeping them."),
            post(API + "/runs/{run}/unpin", "Keep the results of a run no longer than its job says."),
            get(API + "/backfills", Role.VIEWER, "Backfills, newest first, page by page."),
            get(API + "/backfills/{id}", Role.VIEWER, "A backfill with each of its dates, or with their counts alone."),
            post(API + "/backfills", "Run a job for many logical dates, behind live runs."),
            post(
                    API + "/backfills/{id}/stop",
                    "Stop a backfill: waiting runs at once, others after the chunks in hand."),
            post(API + "/backfills/{id}/resume", "Go on with a stopped or failed backfill."),
            get(API + "/queue", Role.VIEWER, "The runs that wait, in the order in which they are taken."),
            post(API + "/queue/{run}/priority", "Give a waiting run another place."),
            post(API + "/queue/{run}/cancel", "Take a waiting run out of the queue: it is stopped."),
            get(API + "/schedules", Role.VIEWER, "The schedules, by name."),
            get(API + "/schedules/{name}", Role.VIEWER, "A schedule, its pause, its last fire and its text."),
            get(API + "/schedules/{name}/next", Role.VIEWER, "The next planned fires, as they will be fired."),
            post(API + "/schedules/{name}/pause", "Let a schedule not fire, for a reason."),
            post(API + "/schedules/{name}/resume", "Let a schedule fire again; what was due meanwhile stays skipped."),
            post(API + "/schedules/{name}/fire", "Fire a schedule now, whatever its plan, pause and calendar."),
            post(API + "/schedules/reload", "Apply the schedule files."),
            get(API + "/fires", Role.VIEWER, "What became of planned fires, newest first, page by page."),
            get(API + "/nodes", Role.VIEWER, "The processes that serve."),
            get(API + "/alerts", Role.VIEWER, "Alerts with what became of them, newest first, page by page."),
            get(API + "/audit", Role.OPERATOR, "What was done by the endpoint, newest first, page by page."),
            get(API + "/audit/chain", Role.OPERATOR, "Whether the audit is as it was written."),
            get(API + "/tokens", Role.OPERATOR, "The tokens, without their secrets."),
            post(API + "/tokens/{name}/revoke", "Let nobody in by a token any more."));

    private static Route get(String pattern, @Nullable Role role, String summary) {
        return new Route(HttpMethod.GET, pattern, role, summary);
    }

    private static Route post(String pattern, String summary) {
        return new Route(HttpMethod.POST, pattern, Role.OPERATOR, summary);
    }
}
