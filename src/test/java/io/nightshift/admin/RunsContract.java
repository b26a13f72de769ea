package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.Role;
import io.nightshift.cli.CommandRun;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RunControl;
import io.nightshift.run.RunLauncher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What operators and programs can rely on about runs, over real connections and each database that may keep them. */
abstract class RunsContract {

    private static final String LAUNCH = "{\"job\": \"small\", \"logical_date\": \"2001-03-05T00:00:00\"}";

    @TempDir
    private Path folder;

    private Endpoint endpoint;

    abstract Endpoint start(Path folder);

    @BeforeEach
    void open() {
        endpoint = start(folder);
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void aLaunchIsFollowedToItsEndAndPublishedAgain() throws Exception {
        endpoint.withJob().working();
        Endpoint.Answer launched = endpoint.post(
                endpoint.operator, "/api/v1/runs", LAUNCH.replace("}", ", \"tags\": {\"asked\": \"by hand\"}}"));
        assertThat(launched.status()).as("%s", launched).isEqualTo(202);
        String location = launched.header("Location");
        List<Event> events = follow(location + "/events", null, Integer.MAX_VALUE);
        assertThat(events.stream().map(Event::name).distinct()).containsExactly("state", "end");
        assertThat(events.stream()
                        .filter(event -> event.name().equals("state"))
                        .map(event -> event.data().get("to").asString()))
                .containsExactly("QUEUED", "RUNNING", "COMPLETED");
        assertThat(events.get(0).data().get("who").asString()).contains("op (by the endpoint, from 127.0.0.1)");

        JsonNode run = endpoint.get(endpoint.viewer, location).json();
        assertThat(run.get("state").asString()).isEqualTo("COMPLETED");
        assertThat(run.get("rows").get("predicted").asLong()).isEqualTo(1000);
        assertThat(run.get("tags").get("asked").asString()).isEqualTo("by hand");
        assertThat(run.get("current").asBoolean()).isTrue();
        assertThat(run.get("snapshot").get("definition").asString()).contains("job: small");
        assertThat(run.get("events")).hasSize(3);

        List<Event> again = follow(location + "/events", events.get(0).id(), Integer.MAX_VALUE);
        assertThat(again).as("behind the first").isEqualTo(events.subList(1, events.size()));

        assertMeasured();
        Endpoint.Answer published = endpoint.post(endpoint.operator, location + "/publish", "");
        assertThat(published.status()).as("%s", published).isEqualTo(200);
        assertThat(endpoint.post(endpoint.operator, location + "/restart", "").code())
                .isEqualTo("STATE_CONFLICT");
        assertThat(endpoint.post(endpoint.operator, location + "/stop", "").status())
                .isEqualTo(409);
        assertThat(endpoint.database()
                        .sql("select path, status from nightshift_audit where who = 'op' order by entry_number")
                        .query((row, number) ->
                                row.getString(1).replaceAll("[0-9a-f-]{36}", "ID") + " " + row.getInt(2))
                        .list())
                .containsExactly(
                        "/api/v1/runs 202",
                        "/api/v1/runs/ID/publish 200",
                        "/api/v1/runs/ID/restart 409",
                        "/api/v1/runs/ID/stop 409");
    }

    /** The run's end is recorded a moment before it is let go and counted. */
    private void assertMeasured() {
        String metrics;
        do {
            metrics = endpoint.get(endpoint.viewer, "/metrics").response().body();
        } while (!metrics.contains("nightshift_rows_total{job=\"small\",outcome=\"predicted\"}"));
        assertThat(metrics)
                .contains("nightshift_rows_total{job=\"small\",outcome=\"predicted\"} 1000.0")
                .contains("nightshift_rows_total{job=\"small\",outcome=\"rejected\"} 0.0")
                .contains("nightshift_run_seconds_count{job=\"small\",state=\"COMPLETED\"} 1")
                .contains("nightshift_run_last_success_timestamp_seconds{job=\"small\"} ")
                .contains("nightshift_queue_waiting 0.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void aRunThatWaitsIsStoppedRestartedAndGivenAnotherPlace() {
        endpoint.withJob();
        String location =
                endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH).header("Location");
        Endpoint.Answer twice = endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH);
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.code()).isEqualTo("ALREADY_RUNNING");
        assertThat(twice.json().get("detail").asString()).contains(location.substring(location.lastIndexOf('/') + 1));

        String run = location.substring(location.lastIndexOf('/') + 1);
        Endpoint.Answer moved =
                endpoint.post(endpoint.operator, "/api/v1/queue/" + run + "/priority", "{\"priority\": 9}");
        assertThat(moved.status()).as("%s", moved).isEqualTo(200);
        JsonNode waiting = endpoint.get(endpoint.viewer, "/api/v1/queue").json().get("waiting");
        assertThat(waiting).hasSize(1);
        assertThat(waiting.get(0).get("priority").asInt()).isEqualTo(9);
        assertThat(waiting.get(0).get("reason").asString()).isNotBlank();

        Endpoint.Answer stopped = endpoint.post(endpoint.operator, location + "/stop", "");
        assertThat(stopped.status()).isEqualTo(202);
        assertThat(stopped.json().get("state").asString()).isEqualTo("STOPPED");
        assertThat(endpoint.post(endpoint.operator, location + "/stop", "").code())
                .isEqualTo("STATE_CONFLICT");
        Endpoint.Answer restarted = endpoint.post(endpoint.operator, location + "/restart", "");
        assertThat(restarted.status()).as("%s", restarted).isEqualTo(202);
        assertThat(restarted.json().get("attempt").asInt()).isEqualTo(2);
        assertThat(endpoint.post(endpoint.operator, location + "/restart", "").code())
                .isEqualTo("ALREADY_RUNNING");
        assertThat(endpoint.post(endpoint.operator, location + "/publish", "").status())
                .isEqualTo(409);
    }

    @Test
    void aRunThatAWorkerHasTakenAndNotBegunIsStoppedByHttpAndByCommand() {
        endpoint.withJob();
        for (List<String> command : List.<List<String>>of(List.of(), List.of("stop"), List.of("queue", "cancel"))) {
            String run = endpoint.post(
                            endpoint.operator,
                            "/api/v1/runs",
                            LAUNCH.replace("}", ", \"tags\": {\"n\": \"" + command.size() + "\"}}"))
                    .json()
                    .get("run")
                    .asString();
            RunRecord taken = endpoint.taken(run);
            if (command.isEmpty()) {
                Endpoint.Answer stopped = endpoint.post(endpoint.operator, "/api/v1/runs/" + run + "/stop", "");
                assertThat(stopped.status()).as("%s", stopped).isEqualTo(202);
                assertThat(stopped.json().get("state").asString()).isEqualTo("STOPPING");
            } else {
                List<String> words = new ArrayList<>(command);
                words.add(run);
                CommandRun asked = CommandRun.of(
                        Clock.systemUTC(),
                        Map.of("NIGHTSHIFT_SERVER", endpoint.server.url(), "NIGHTSHIFT_TOKEN", endpoint.operator),
                        words.toArray(String[]::new));
                assertThat(asked.exitCode()).as("%s", asked).isZero();
                assertThat(asked.out()).contains("STOPPING");
            }
            RunRecord ended = endpoint.core.getBean(RunLauncher.class).work(taken, "a worker", new RunControl());
            assertThat(ended.state()).isEqualTo(RunState.STOPPED);
            assertThat(ended.rows().read()).isZero();
        }
    }

    @Test
    void oneKeyMakesOneRunHoweverOftenAndAtOnce() throws Exception {
        endpoint.withJob();
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            List<Future<Endpoint.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                answers.add(clients.submit(
                        () -> endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH, "Idempotency-Key", "night-1")));
            }
            Set<String> runs = new HashSet<>();
            int made = 0;
            for (Future<Endpoint.Answer> answer : answers) {
                assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(202);
                runs.add(answer.get().json().get("run").asString());
                made += answer.get().header("Idempotent-Replayed") == null ? 1 : 0;
            }
            assertThat(runs).hasSize(1);
            assertThat(made).isEqualTo(1);
            assertThat(countRuns()).isEqualTo(1);
        } finally {
            clients.shutdownNow();
        }
        Endpoint.Answer spelled = endpoint.post(
                endpoint.operator,
                "/api/v1/runs",
                "{\"logical_date\":\"2001-03-05T00:00:00\",\"job\":\"small\"}",
                "Idempotency-Key",
                "night-1");
        assertThat(spelled.status()).as("the same request in another spelling").isEqualTo(202);
        Endpoint.Answer other = endpoint.post(
                endpoint.operator, "/api/v1/runs", LAUNCH.replace("03-05", "03-06"), "Idempotency-Key", "night-1");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("KEY_REUSED");
        assertThat(countRuns()).isEqualTo(1);
    }

    @Test
    void aKeyIsItsPrincipalsAndFreeAgainAfterARefusal() {
        endpoint.withJob();
        Endpoint.Answer wrong =
                endpoint.post(endpoint.operator, "/api/v1/runs", "{\"job\": \"smal\"}", "Idempotency-Key", "k");
        assertThat(wrong.status()).isEqualTo(404);
        assertThat(wrong.json().get("detail").asString()).contains("did you mean 'small'?");
        Endpoint.Answer first = endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH, "Idempotency-Key", "k");
        assertThat(first.status()).as("%s", first).isEqualTo(202);
        String another = endpoint.core
                .getBean(AccessTokens.class)
                .create("other", Role.OPERATOR, null, "test")
                .secret();
        Endpoint.Answer taken = endpoint.post(another, "/api/v1/runs", LAUNCH, "Idempotency-Key", "k");
        assertThat(taken.status()).as("%s", taken).isEqualTo(409);
        assertThat(taken.code()).isEqualTo("ALREADY_RUNNING");
        endpoint.post(endpoint.operator, first.header("Location") + "/stop", "");
        assertThat(endpoint.post(another, "/api/v1/runs", LAUNCH, "Idempotency-Key", "k")
                        .status())
                .isEqualTo(202);
        assertThat(countRuns()).isEqualTo(2);
    }

    private long countRuns() {
        return endpoint.database()
                .sql("select count(*) from nightshift_run")
                .query(Long.class)
                .single();
    }

    @Test
    void bodiesThatAreNoLaunchStartNothing() {
        endpoint.withJob();
        List<String> bodies = List.of(
                "",
                "null",
                "[]",
                "\"small\"",
                "{}",
                "{\"job\": null}",
                "{\"job\": \"small\",}",
                "{\"job\": \"small\"} {}",
                "{\"job\": \"small\" /* comment */}",
                "{\"job\": \"small\", \"job\": \"small\"}",
                "{\"job\": \"small\", \"paramters\": {}}",
                "{\"job\": [\"small\"]}",
                "{\"job\": \"../small\"}",
                "{\"job\": \"small.yaml\"}",
                "{\"job\": \"/etc/passwd.yaml\"}",
                "{\"job\": \"Small\"}",
                "{\"job\": \"small\\u0000\"}",
                "{\"job\": \"small\", \"parameters\": {\"run.id\": \"1\"}}",
                "{\"job\": \"small\", \"parameters\": {\"x\": \"/some/file,java.io.FileOutputStream,false\"}}",
                "{\"job\": \"small\", \"parameters\": {\"x\": {\"value\": \"f\", \"type\": \"java.io.FileReader\"}}}",
                "{\"job\": \"small\", \"parameters\": {\"x\": null}}",
                "{\"job\": \"small\", \"parameters\": [\"x\"]}",
                "{\"job\": \"small\", \"tags\": {\"a\": \"\\u0000\"}}",
                "{\"job\": \"small\", \"tags\": {\"a\": \"\\ud800\"}}",
                "{\"job\": \"small\", \"tags\": {\"a\": \"line\\r\\nbreak\"}}",
                "{\"job\": \"small\", \"settings\": {\"output.parquet\": \"/tmp/out\"}}",
                "{\"job\": \"small\", \"settings\": {\"source.parquet.path\": \"/etc\"}}",
                "{\"job\": \"small\", \"settings\": {\"compute.threads\": \"many\"}}",
                "{\"job\": \"small\", \"model\": \"/etc\"}",
                "{\"job\": \"small\", \"model\": \"../../etc\"}",
                "{\"job\": \"small\", \"model\": \"http://169.254.169.254/model\"}",
                "{\"job\": \"small\", \"model\": \"file:/etc\"}",
                "{\"job\": \"small\", \"priority\": -1}",
                "{\"job\": \"small\", \"priority\": 1001}",
                "{\"job\": \"small\", \"priority\": 1e400}",
                "{\"job\": \"small\", \"priority\": NaN}",
                "{\"job\": \"small\", \"priority\": " + "9".repeat(1_000_000) + "}",
                "{\"job\": \"small\", \"logical_date\": \"0000-00-00\"}",
                "{\"job\": \"small\", \"logical_date\": \"2027-02-30T00:00:00\"}",
                "{\"job\": \"small\", \"logical_date\": \"+999999999-12-31T00:00:00\"}",
                "{\"job\": \"small\", \"logical_date\": \"2016-12-31T23:59:60\"}",
                "{\"job\": \"small\", \"parameters\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"job\": \"small\", \"tags\": {\"a\": \"" + "x".repeat(100_000) + "\"}}",
                "{\"job\": \"small\", \"tags\": {\"a\": \"" + "x".repeat(2_000_000) + "\"}}");
        for (String body : bodies) {
            Endpoint.Answer answer = endpoint.post(endpoint.operator, "/api/v1/runs", body);
            String shown = body.length() > 100 ? body.substring(0, 100) : body;
            assertThat(answer.status()).as("%s: %s", shown, answer).isIn(400, 404, 413, 422);
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
            assertThat(answer.json().get("detail").asString())
                    .as("%s: %s", shown, answer)
                    .isNotBlank()
                    .doesNotContain("io.nightshift")
                    .doesNotContain("jackson")
                    .doesNotContain("Exception")
                    .doesNotContain("select ");
        }
        assertThat(countRuns()).isZero();
        StringBuilder many = new StringBuilder("{\"job\": \"small\", \"parameters\": {");
        for (int i = 0; i < 10_000; i++) {
            many.append(i == 0 ? "" : ", ").append("\"p").append(i).append("\": \"v\"");
        }
        Endpoint.Answer answer = endpoint.post(endpoint.operator, "/api/v1/runs", many + "}}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.response().body().length()).isLessThan(50_000);
    }

    @Test
    void bodiesOfAnotherKindAreRefused() {
        endpoint.withJob();
        assertThat(endpoint.send(endpoint.request("/api/v1/runs")
                                .header("Authorization", "Bearer " + endpoint.operator)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("job=small"))
                                .build())
                        .status())
                .isEqualTo(415);
        assertThat(endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH, "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(415);
        for (String key : List.of("a b", "x".repeat(201))) {
            assertThat(endpoint.post(endpoint.operator, "/api/v1/runs", LAUNCH, "Idempotency-Key", key)
                            .code())
                    .isEqualTo("REQUEST_INVALID");
        }
        assertThat(countRuns()).isZero();
    }

    @Test
    void pagesHoldEveryRunOnceWhileOthersAreLaunched() {
        Set<String> before = new TreeSet<>();
        for (int i = 0; i < 25; i++) {
            before.add(endpoint.run("paged", Map.of()).id().toString());
        }
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Endpoint.Answer page = endpoint.get(
                    endpoint.viewer, "/api/v1/runs?limit=4&job=paged" + (cursor == null ? "" : "&cursor=" + cursor));
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            page.json().get("runs").forEach(run -> seen.add(run.get("run").asString()));
            JsonNode next = page.json().get("next");
            cursor = next.isNull() ? null : next.asString();
            endpoint.run("paged", Map.of());
        } while (cursor != null);
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void listsAreFilteredAndRefuseWhatTheyDoNotKnow() {
        RunRecord nightly = endpoint.run("nightly", Map.of("team", "ops", "100%", "a_b"));
        endpoint.run("nightly", Map.of("team", "op"));
        endpoint.run("hourly", Map.of("note", "\"team\":\"ops\""));
        assertThat(listed("job=nightly")).hasSize(2);
        assertThat(listed("tag=team%3Dops")).containsExactly(nightly.id().toString());
        assertThat(listed("tag=100%25%3Da_b")).containsExactly(nightly.id().toString());
        assertThat(listed("tag=100%25%3Da%25b")).isEmpty();
        assertThat(listed("state=QUEUED")).hasSize(3);
        assertThat(listed("state=queued")).hasSize(3);
        assertThat(listed("state=RUNNING")).isEmpty();
        assertThat(listed("experiment=hourly")).hasSize(1);
        assertThat(listed("since=2000-01-01T00:00:00Z")).hasSize(3);
        assertThat(listed("since=2100-01-01T00:00:00Z")).isEmpty();
        assertThat(listed("job=" + URLEncoder.encode("x' or '1'='1", StandardCharsets.UTF_8)))
                .isEmpty();

        String cursor = endpoint.get(endpoint.viewer, "/api/v1/runs?limit=1")
                .json()
                .get("next")
                .asString();
        for (String query : List.of(
                "sort=password",
                "limit=1000000000",
                "limit=0",
                "limit=-1",
                "limit=x",
                "offset=-1",
                "filter%5B$ne%5D=",
                "stat=QUEUED",
                "state=queue",
                "state=",
                "since=yesterday",
                "tag=x",
                "job=a&job=b",
                "job=%00",
                "cursor=x",
                "cursor=" + "A".repeat(1000),
                "limit=1&job=nightly&cursor=" + cursor,
                "cursor=" + cursor.substring(1))) {
            Endpoint.Answer answer = endpoint.get(endpoint.viewer, "/api/v1/runs?" + query);
            assertThat(answer.status()).as("%s: %s", query, answer).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("REQUEST_INVALID");
        }
    }

    private List<String> listed(String query) {
        Endpoint.Answer answer = endpoint.get(endpoint.viewer, "/api/v1/runs?" + query);
        assertThat(answer.status()).as("%s: %s", query, answer).isEqualTo(200);
        List<String> runs = new ArrayList<>();
        answer.json().get("runs").forEach(run -> runs.add(run.get("run").asString()));
        return runs;
    }

    @Test
    void runsAreFoundByTheirIdsAndNothingElse() {
        RunRecord run = endpoint.run("one", Map.of());
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/runs/" + run.id()).status())
                .isEqualTo(200);
        assertThat(endpoint.get(
                                endpoint.viewer,
                                "/api/v1/runs/" + run.id().toString().substring(0, 13))
                        .json()
                        .get("run")
                        .asString())
                .isEqualTo(run.id().toString());
        for (String name : List.of(
                "-1", "0", "9223372036854775808", "1%20or%201=1", "%7B" + run.id() + "%7D", "abc", "%25", "____")) {
            for (String path : List.of("", "/events")) {
                Endpoint.Answer answer = endpoint.get(endpoint.viewer, "/api/v1/runs/" + name + path);
                assertThat(answer.status()).as("%s: %s", name, answer).isEqualTo(name.equals("%25") ? 400 : 404);
            }
        }
    }

    @Test
    void eventsComeAsTheyHappenAndGoOnBehindTheLast() throws Exception {
        RunRecord run = endpoint.run("followed", Map.of());
        String path = "/api/v1/runs/" + run.id() + "/events";
        try (EventReader reader = new EventReader(path, null)) {
            assertThat(reader.next().data().get("to").asString()).isEqualTo("QUEUED");
            RunRecord started = endpoint.ledger().start(run, "worker");
            Event running = reader.next();
            assertThat(running.data().get("to").asString()).isEqualTo("RUNNING");
            try (EventReader late = new EventReader(path, running.id())) {
                endpoint.ledger().requestStop(started, "ann", "enough");
                assertThat(late.next().data().get("why").asString()).isEqualTo("enough");
                endpoint.ledger().end(started, RunState.STOPPED, io.nightshift.ledger.RowCounts.NONE, null, "worker");
                for (EventReader each : List.of(reader, late)) {
                    List<String> rest = new ArrayList<>();
                    Event event = each.next();
                    while (event != null) {
                        rest.add(event.name());
                        event = each.next();
                    }
                    assertThat(rest).last().isEqualTo("end");
                }
            }
        }
        assertThat(endpoint.send(endpoint.request(path)
                                .header("Authorization", "Bearer " + endpoint.viewer)
                                .header("Last-Event-ID", "1; drop table")
                                .build())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aStreamEndsSoonAfterItsTokenIsRevoked() throws Exception {
        RunRecord run = endpoint.run("watched", Map.of());
        AccessTokens tokens = endpoint.core.getBean(AccessTokens.class);
        String watcher = tokens.create("watcher", Role.VIEWER, null, "test").secret();
        String path = "/api/v1/runs/" + run.id() + "/events";
        try (EventReader revoked = new EventReader(path, null, watcher);
                EventReader good = new EventReader(path, null)) {
            assertThat(revoked.next().data().get("to").asString()).isEqualTo("QUEUED");
            assertThat(good.next()).isNotNull();
            tokens.revoke("watcher", "test");
            assertThat(revoked.next()).as("the end of the stream, and no event").isNull();
            endpoint.ledger().start(run, "worker");
            assertThat(good.next().data().get("to").asString()).isEqualTo("RUNNING");
        }
        assertThat(endpoint.get(watcher, path).status()).isEqualTo(401);
    }

    @Test
    void schedulesArePausedForAReasonAndFiredByHand() {
        endpoint.withJob();
        Endpoint.Answer none = endpoint.get(endpoint.viewer, "/api/v1/schedules");
        assertThat(none.json().get("schedules")).isEmpty();
        for (String path : List.of("", "/next")) {
            Endpoint.Answer answer = endpoint.get(endpoint.viewer, "/api/v1/schedules/nightly" + path);
            assertThat(answer.status()).as("%s", answer).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("SCHEDULE_UNKNOWN");
        }
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/fires").json().get("fires"))
                .isEmpty();
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/fires?outcome=FIRE").status())
                .isEqualTo(400);
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/fires?since=yesterday")
                        .status())
                .isEqualTo(400);
        for (String query : List.of(
                "fires?since=2001",
                "fires?until=2001-03-05",
                "fires?since=%2B1000000000-12-31T23:59:59Z",
                "fires?until=-1000000000-01-01T00:00:00Z",
                "runs?since=%2B1000000000-12-31T23:59:59Z")) {
            assertThat(endpoint.get(endpoint.viewer, "/api/v1/" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/fires?cursor=x").status())
                .isEqualTo(400);
        for (String body : List.of("{}", "{\"reason\": \"\"}", "{\"reason\": \"a\", \"until\": \"soon\"}")) {
            Endpoint.Answer refused = endpoint.post(endpoint.operator, "/api/v1/schedules/nightly/pause", body);
            assertThat(refused.code()).as("%s", refused).isEqualTo("REQUEST_INVALID");
        }
        assertThat(endpoint.post(endpoint.operator, "/api/v1/schedules/nightly/fire", "")
                        .code())
                .isEqualTo("SCHEDULE_UNKNOWN");
    }

    @Test
    void streamsAreBoundedAndEndWithTheServer() throws Exception {
        RunRecord run = endpoint.run("streamed", Map.of());
        String path = "/api/v1/runs/" + run.id() + "/events";
        EventStreams streams = endpoint.server.bean(EventStreams.class);
        try (EventReader reader = new EventReader(path, null)) {
            assertThat(reader.next()).isNotNull();
            for (int i = 1; i < EventStreams.MOST; i++) {
                streams.enter();
            }
            Endpoint.Answer refused = endpoint.get(endpoint.viewer, path);
            assertThat(refused.status()).as("%s", refused).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isNotNull();
            streams.leave();
            try (EventReader another = new EventReader(path, null)) {
                assertThat(another.next()).isNotNull();
            }
            endpoint.server.close();
            assertThat(isOver(reader)).isTrue();
        }
    }

    /** A server that ends may cut a stream in the middle of what it sends. */
    private static boolean isOver(EventReader reader) throws Exception {
        try {
            return reader.next() == null;
        } catch (IOException cut) {
            return true;
        }
    }

    private List<Event> follow(String path, String last, int most) throws Exception {
        List<Event> events = new ArrayList<>();
        try (EventReader reader = new EventReader(path, last)) {
            Event event = reader.next();
            while (event != null && events.size() < most) {
                events.add(event);
                event = reader.next();
            }
        }
        return events;
    }

    private record Event(String id, String name, JsonNode data) {}

    /** Reads a stream of events as its specification says. */
    private final class EventReader implements AutoCloseable {

        private final BufferedReader lines;

        EventReader(String path, String last) throws Exception {
            this(path, last, endpoint.viewer);
        }

        EventReader(String path, String last, String token) throws Exception {
            var request = endpoint.request(path).header("Authorization", "Bearer " + token);
            if (last != null) {
                request.header("Last-Event-ID", last);
            }
            HttpResponse<InputStream> response =
                    endpoint.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        Event next() throws IOException {
            String id = null;
            String name = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && data != null) {
                    return new Event(
                            id,
                            name,
                            tools.jackson.databind.json.JsonMapper.shared().readTree(data));
                }
                id = line.startsWith("id: ") ? line.substring(4) : id;
                name = line.startsWith("event: ") ? line.substring(7) : name;
                data = line.startsWith("data: ") ? line.substring(6) : data;
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
