package io.nightshift.cli;

import static io.nightshift.remote.ServiceClient.encoded;

import io.nightshift.access.AuditLog;
import io.nightshift.alert.AlertState;
import io.nightshift.backfill.BackfillRequest;
import io.nightshift.backfill.Backfills;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunSearch;
import io.nightshift.remote.ServiceClient;
import io.nightshift.schedule.FireFilter;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Operations by asking a service. */
final class RemoteOperations implements Operations {

    private static final int PAGE = 500;
    private static final int TRIES = 3;
    private static final int MOST_LOOKED_AT = 100_000;

    /** Of a run whose keys are merged, publishing writes rows; all of the audit may be long. */
    private static final Duration LONG_WORK = Duration.ofMinutes(10);

    /** What only a look at one run has, and no report of a run that has just ended. */
    private static final Set<String> BESIDE_MEASURES =
            Set.of("events", "partitions", "artefacts", "snapshot", "current");

    private final Session session;
    private final ServiceClient client;

    RemoteOperations(Session session, ServiceClient client) {
        this.session = session;
        this.client = client;
    }

    ServiceClient client() {
        return client;
    }

    private JsonNode get(String path) {
        return client.get(path, Map.of());
    }

    @Override
    public JsonNode runs(RunSearch.Filter filter) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "job", filter.job());
        put(query, "state", filter.state());
        put(query, "since", filter.since());
        return pages("/runs", "runs", query, filter.limit());
    }

    private static void put(Map<String, String> query, String name, @Nullable Object value) {
        if (value != null) {
            query.put(name, value.toString());
        }
    }

    /** As many as are wanted, page by page, as one list. */
    private JsonNode pages(String path, String list, Map<String, String> query, int limit) {
        ArrayNode all = JsonMapper.shared().createArrayNode();
        Map<String, String> page = new LinkedHashMap<>(query);
        page.put("limit", Integer.toString(Math.min(PAGE, limit)));
        boolean more = true;
        while (more) {
            JsonNode answer = client.get(path, page);
            for (JsonNode element : answer.path(list)) {
                if (all.size() < limit) {
                    all.add(element);
                }
            }
            more = all.size() < limit && answer.path("next").isString();
            page.put("cursor", answer.path("next").asString(""));
        }
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.set(list, all);
        return document;
    }

    @Override
    public JsonNode run(String name) {
        return get("/runs/" + id(name));
    }

    /** A run without what {@code runs show} adds. */
    static JsonNode measured(JsonNode run) {
        return ((ObjectNode) run.deepCopy()).remove(BESIDE_MEASURES);
    }

    /** A service takes ids and their beginnings; names have slashes, which are looked up here. */
    private String id(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            return encoded(name);
        }
        List<String> found = new ArrayList<>();
        Map<String, String> query = Map.of("job", name.substring(0, slash));
        for (JsonNode run : pages("/runs", "runs", query, MOST_LOOKED_AT).get("runs")) {
            String known = run.get("name").asString();
            if (known.equals(name) || known.startsWith(name + "/")) {
                found.add(run.get("run").asString());
            }
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new NightshiftException(
                FailureCode.RUN_UNKNOWN,
                found.isEmpty()
                        ? "there is no run '" + name + "'; `nightshift runs` lists them"
                        : "'" + name + "' fits " + found.size() + " runs: " + String.join(", ", found));
    }

    /** Launches a run, once however often it is asked for. */
    JsonNode launch(Map<String, @Nullable Object> request) {
        return once("/runs", request);
    }

    /** One key for all tries: what is asked for is not made twice where only the answer was lost. */
    private JsonNode once(String path, Map<String, @Nullable Object> request) {
        String key = UUID.randomUUID().toString();
        int tries = 1;
        while (true) {
            try {
                return client.post(path, request, key);
            } catch (NightshiftException e) {
                if (tries == TRIES || !isLost(e)) {
                    throw e;
                }
                tries++;
                new Patience(session, "what was asked for, if it was made,").pause(Patience.LONGEST_WAIT_MILLIS);
            }
        }
    }

    private static boolean isLost(NightshiftException e) {
        Throwable cause = e.getCause();
        return cause instanceof IOException && !(cause instanceof ConnectException) && !(cause instanceof SSLException);
    }

    JsonNode restart(String run) {
        return client.post("/runs/" + id(run) + "/restart", null, null);
    }

    @Override
    public JsonNode stop(String run) {
        return client.post("/runs/" + id(run) + "/stop", null, null);
    }

    @Override
    public JsonNode publish(String run) {
        return client.within(LONG_WORK).post("/runs/" + id(run) + "/publish", null, null);
    }

    @Override
    public JsonNode schedules() {
        return get("/schedules");
    }

    @Override
    public JsonNode schedule(String name) {
        return get("/schedules/" + encoded(name));
    }

    @Override
    public JsonNode next(String schedule, int count) {
        return client.get("/schedules/" + encoded(schedule) + "/next", Map.of("count", Integer.toString(count)));
    }

    @Override
    public JsonNode pause(String schedule, String reason, @Nullable Instant until) {
        Map<String, @Nullable Object> request = new LinkedHashMap<>();
        request.put("reason", reason);
        request.put("until", until == null ? null : until.toString());
        return client.post("/schedules/" + encoded(schedule) + "/pause", request, null);
    }

    @Override
    public JsonNode resume(String schedule) {
        return client.post("/schedules/" + encoded(schedule) + "/resume", null, null);
    }

    @Override
    public JsonNode fire(String schedule, @Nullable LocalDateTime logicalDate) {
        Map<String, String> request = logicalDate == null ? Map.of() : Map.of("logical_date", logicalDate.toString());
        return client.post("/schedules/" + encoded(schedule) + "/fire", request, null);
    }

    @Override
    public JsonNode reload() {
        return client.post("/schedules/reload", null, null);
    }

    @Override
    public JsonNode fires(FireFilter filter) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "schedule", filter.schedule());
        put(query, "outcome", filter.outcome());
        put(query, "since", filter.since());
        put(query, "until", filter.until());
        return pages("/fires", "fires", query, filter.limit());
    }

    @Override
    public JsonNode queue() {
        return get("/queue");
    }

    @Override
    public JsonNode prioritise(String run, int priority) {
        return client.post("/queue/" + id(run) + "/priority", Map.of("priority", priority), null);
    }

    @Override
    public JsonNode cancel(String run) {
        return client.post("/queue/" + id(run) + "/cancel", null, null);
    }

    @Override
    public JsonNode nodes() {
        return get("/nodes");
    }

    @Override
    public JsonNode pin(String run, boolean pinned) {
        return client.post("/runs/" + id(run) + (pinned ? "/pin" : "/unpin"), null, null);
    }

    @Override
    public JsonNode backfills(Backfills.Filter filter) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "job", filter.job());
        put(query, "state", filter.state());
        return pages("/backfills", "backfills", query, filter.limit());
    }

    @Override
    public JsonNode backfill(long id, boolean dates) {
        return client.get("/backfills/" + id, Map.of("dates", Boolean.toString(dates)));
    }

    @Override
    public JsonNode startBackfill(BackfillRequest request) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("job", request.job());
        body.put("from", request.from().toString());
        body.put("to", request.to().toString());
        body.put("every", request.every());
        body.put("parallel", request.parallel());
        body.put("only", request.selection().name().toLowerCase(Locale.ROOT));
        body.put("model", request.model());
        body.put("parameters", request.parameters());
        return once("/backfills", body);
    }

    @Override
    public JsonNode stopBackfill(long id) {
        return client.post("/backfills/" + id + "/stop", null, null);
    }

    @Override
    public JsonNode resumeBackfill(long id) {
        return client.post("/backfills/" + id + "/resume", null, null);
    }

    @Override
    public JsonNode alerts(@Nullable AlertState state, int limit) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "state", state);
        return pages("/alerts", "alerts", query, limit);
    }

    @Override
    public JsonNode audit(AuditLog.Filter filter) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "who", filter.who());
        put(query, "path", filter.path());
        put(query, "refused", filter.refused());
        put(query, "since", filter.since());
        put(query, "until", filter.until());
        return pages("/audit", "audit", query, filter.limit());
    }

    @Override
    public JsonNode auditChain(@Nullable String known) {
        return client.within(LONG_WORK).get("/audit/chain", known == null ? Map.of() : Map.of("known", known));
    }

    @Override
    public JsonNode tokens() {
        return get("/tokens");
    }

    @Override
    public JsonNode revoke(String token) {
        return client.post("/tokens/" + encoded(token) + "/revoke", null, null);
    }

    @Override
    public boolean exclusive() {
        return false;
    }

    @Override
    public void printPlaces(JsonNode run) {
        RunText.places(run).forEach(session.terminal()::print);
    }

    @Override
    public void close() {
        return;
    }
}
