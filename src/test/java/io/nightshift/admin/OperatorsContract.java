package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.access.AuditChain;
import io.nightshift.access.AuditEntry;
import io.nightshift.access.AuditLog;
import io.nightshift.alert.Alert;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.Alerts;
import io.nightshift.database.LedgerDatabases;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What operators can rely on about backfills, alerts, the audit and tokens, over each database that may keep them. */
abstract class OperatorsContract {

    private static final String BACKFILL =
            "{\"job\": \"small\", \"from\": \"2001-01-01\", \"to\": \"2001-01-05\", \"parallel\": 2}";

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

    private Endpoint.Answer get(String path) {
        return endpoint.get(endpoint.operator, "/api/v1/" + path);
    }

    private Endpoint.Answer post(String path, String body, String... headers) {
        return endpoint.post(endpoint.operator, "/api/v1/" + path, body, headers);
    }

    @Test
    void aBackfillIsStartedShownStoppedAndResumed() {
        endpoint.withJob();
        Endpoint.Answer started = post("backfills", BACKFILL);
        assertThat(started.status()).as("%s", started).isEqualTo(202);
        String location = started.header("Location");
        assertThat(location).isEqualTo("/api/v1/backfills/1");
        assertThat(started.json().get("who").asString()).isEqualTo("op (by the endpoint, from 127.0.0.1)");

        JsonNode shown = endpoint.get(endpoint.viewer, location).json();
        assertThat(shown.get("state").asString()).isEqualTo("RUNNING");
        assertThat(shown.get("to").asString()).isEqualTo("2001-01-05T23:59:59");
        assertThat(shown.get("counts").get("waiting").asInt()).isEqualTo(5);
        assertThat(shown.get("by_date")).hasSize(5);
        assertThat(shown.get("by_date").get(4).get("logical_date").asString()).isEqualTo("2001-01-05T00:00:00");
        assertThat(shown.get("by_date").get(4).get("state").asString()).isEqualTo("waiting");
        JsonNode brief =
                endpoint.get(endpoint.viewer, location + "?dates=false").json();
        assertThat(brief.has("by_date")).isFalse();
        assertThat(brief.get("counts")).isEqualTo(shown.get("counts"));

        assertThat(endpoint.post(endpoint.viewer, location + "/stop", "").status())
                .isEqualTo(403);
        Endpoint.Answer stopped = endpoint.post(endpoint.operator, location + "/stop", "");
        assertThat(stopped.status()).isEqualTo(202);
        assertThat(stopped.json().get("state").asString()).isEqualTo("STOPPED");
        Endpoint.Answer again = endpoint.post(endpoint.operator, location + "/stop", "");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("STATE_CONFLICT");
        assertThat(endpoint.post(endpoint.operator, location + "/resume", "")
                        .json()
                        .get("reason")
                        .asString())
                .isEqualTo("resumed by op (by the endpoint, from 127.0.0.1)");
        for (String id : List.of("2", "0", "-1", "x", "99999999999999999999", "1%20or%201=1")) {
            assertThat(get("backfills/" + id).code()).as(id).isEqualTo("BACKFILL_UNKNOWN");
            assertThat(post("backfills/" + id + "/stop", "").status()).as(id).isEqualTo(404);
        }
        assertThat(get("backfills/1?dates=perhaps").status()).isEqualTo(400);
    }

    @Test
    void backfillsAreListedPageByPageAndFiltered() {
        endpoint.withJob();
        for (int i = 0; i < 5; i++) {
            post("backfills", BACKFILL);
        }
        post("backfills/2/stop", "");
        assertThat(numbers("backfills", "state=STOPPED")).containsExactly(2);
        assertThat(numbers("backfills", "state=stopped")).containsExactly(2);
        assertThat(numbers("backfills", "job=small&limit=2")).containsExactly(5, 4, 3, 2, 1);
        assertThat(numbers("backfills", "job=other")).isEmpty();
        String cursor = get("backfills?limit=1").json().get("next").asString();
        for (String query :
                List.of("state=stop", "limit=501", "jobs=small", "cursor=x", "job=small&cursor=" + cursor)) {
            assertThat(get("backfills?" + query).code()).as(query).isEqualTo("REQUEST_INVALID");
        }
    }

    private List<Integer> numbers(String list, String query) {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode each : all(list, query)) {
            numbers.add(each.get("backfill").asInt());
        }
        return numbers;
    }

    /** Every element of a list, by its pages. */
    private List<JsonNode> all(String list, String query) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Endpoint.Answer page = get(list + "?" + query + cursor);
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            page.json().get(list).forEach(all::add);
            JsonNode next = page.json().get("next");
            cursor = next.isNull() ? null : (query.isEmpty() ? "cursor=" : "&cursor=") + next.asString();
        }
        return all;
    }

    @Test
    void oneKeyMakesOneBackfillHoweverOftenAndAtOnce() throws Exception {
        endpoint.withJob();
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Future<Endpoint.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(clients.submit(() -> post("backfills", BACKFILL, "Idempotency-Key", "spring")));
            }
            Set<String> places = new HashSet<>();
            int made = 0;
            for (Future<Endpoint.Answer> answer : answers) {
                assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(202);
                places.add(answer.get().header("Location"));
                made += answer.get().header("Idempotent-Replayed") == null ? 1 : 0;
            }
            assertThat(places).hasSize(1);
            assertThat(made).isEqualTo(1);
        } finally {
            clients.shutdownNow();
        }
        assertThat(all("backfills", "")).hasSize(1);
        assertThat(post("backfills", BACKFILL.replace("2}", "3}"), "Idempotency-Key", "spring")
                        .code())
                .isEqualTo("KEY_REUSED");
        assertThat(post("runs", "{\"job\": \"small\"}", "Idempotency-Key", "spring")
                        .code())
                .isEqualTo("KEY_REUSED");
        assertThat(post("backfills", BACKFILL, "Idempotency-Key", "a b").code()).isEqualTo("REQUEST_INVALID");
        assertThat(chain("").get("whole").asBoolean()).as("%s", chain("")).isTrue();
    }

    @Test
    void bodiesThatAreNoBackfillQueueNothing() {
        endpoint.withJob();
        String days = "\"job\": \"small\", \"from\": \"2001-01-01\", \"to\": \"2001-01-05\"";
        for (String body : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"job\": \"small\"}",
                "{\"job\": \"small\", \"from\": \"2001-01-01\"}",
                "{\"job\": \"small\", \"from\": \"yesterday\", \"to\": \"2001-01-05\"}",
                "{\"job\": \"small\", \"from\": \"2001-02-30\", \"to\": \"2001-03-05\"}",
                "{\"job\": \"small\", \"from\": \"2001-01-05\", \"to\": \"2001-01-01\"}",
                "{\"job\": \"small\", \"from\": \"-0001-01-05\", \"to\": \"2001-01-01\"}",
                "{\"job\": \"small\", \"from\": \"2001-01-05\", \"to\": \"+999999999-12-31\"}",
                "{\"job\": \"small\", \"from\": 1, \"to\": []}",
                "{\"job\": \"smal\", \"from\": \"2001-01-01\", \"to\": \"2001-01-05\"}",
                "{\"job\": \"../small\", \"from\": \"2001-01-01\", \"to\": \"2001-01-05\"}",
                "{\"job\": \"/etc/passwd.yaml\", \"from\": \"2001-01-01\", \"to\": \"2001-01-05\"}",
                "{" + days + ", \"every\": \"0d\"}",
                "{" + days + ", \"every\": \"1s\"}",
                "{" + days + ", \"every\": \"a\\u0000\"}",
                "{" + days + ", \"every\": \"-P1D\"}",
                "{" + days + ", \"parallel\": 0}",
                "{" + days + ", \"parallel\": 1001}",
                "{" + days + ", \"parallel\": 1e400}",
                "{" + days + ", \"parallel\": 1.5}",
                "{" + days + ", \"parallel\": 1.0}",
                "{" + days + ", \"parallel\": \"1\"}",
                "{" + days + ", \"parallel\": \"\"}",
                "{" + days + ", \"parallel\": true}",
                "{\"job\": \"small\", \"from\": 2001, \"to\": \"2001-01-05\"}",
                "{" + days + ", \"every\": 1}",
                "{" + days + ", \"model\": true}",
                "{" + days + ", \"parameters\": {\"x\": 1}}",
                "{" + days + ", \"only\": \"some\"}",
                "{" + days + ", \"only\": \"MISSING\"}",
                "{" + days + ", \"model\": \"/etc\"}",
                "{" + days + ", \"model\": \"../model\"}",
                "{" + days + ", \"model\": \"no/such\"}",
                "{" + days + ", \"parameters\": {\"x\": \"1\"}}",
                "{" + days + ", \"parameters\": {\"x\": null}}",
                "{" + days + ", \"parameters\": {\"x\": \"\\ud800\"}}",
                "{" + days + ", \"parallell\": 1}",
                "{" + days + ", \"only\": \"all\", \"only\": \"all\"}",
                "{" + days + "} {}")) {
            Endpoint.Answer answer = post("backfills", body);
            assertThat(answer.status()).as("%s: %s", body, answer).isIn(400, 404, 422);
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
            assertThat(answer.json().get("detail").asString())
                    .as("%s: %s", body, answer)
                    .isNotBlank()
                    .doesNotContain("io.nightshift")
                    .doesNotContain("Exception");
        }
        assertThat(all("backfills", "")).isEmpty();
        assertThat(post("backfills", "{" + days + ", \"parallel\": \"two\"}")
                        .json()
                        .get("detail")
                        .asString())
                .contains("'parallel' at line 1, column ", "no whole number");
    }

    @Test
    void alertsAreListedPageByPage() {
        Alerts alerts = endpoint.core.getBean(Alerts.class);
        for (int i = 0; i < 5; i++) {
            alerts.raise(new Alert(
                    "key-" + i,
                    AlertKind.RUN_FAILED,
                    "flights",
                    null,
                    "gone " + i,
                    // Two at each moment, of which the clock's last digits alone differ from the next.
                    Instant.parse("2001-03-05T02:00:00Z").plusNanos(i / 2 * 1000L)));
        }
        List<JsonNode> listed = all("alerts", "limit=1");
        assertThat(listed)
                .extracting(alert -> alert.get("text").asString())
                .hasSize(5)
                .doesNotHaveDuplicates();
        assertThat(listed).isEqualTo(all("alerts", ""));
        assertThat(listed.get(0).get("channel").asString()).isEqualTo("log");
        assertThat(all("alerts", "state=SENT")).isEmpty();
        assertThat(all("alerts", "state=PENDING")).hasSize(5);
        assertThat(all("alerts", "state=pending")).hasSize(5);
        assertThat(get("alerts?state=pend").code()).isEqualTo("REQUEST_INVALID");
    }

    @Test
    void theAuditIsListedFilteredAndPaged() {
        post("runs", "{}");
        endpoint.post(endpoint.viewer, "/api/v1/runs", "{}");
        post("schedules/reload", "");
        assertThat(all("audit", "limit=1"))
                .extracting(entry -> entry.get("who").asString() + " "
                        + entry.get("path").asString() + " "
                        + entry.get("status").asInt() + " " + entry.path("code").asString(""))
                .containsExactly(
                        "op /api/v1/schedules/reload 200 ",
                        "eye /api/v1/runs 403 ROLE_MISSING",
                        "op /api/v1/runs 400 REQUEST_INVALID");
        assertThat(all("audit", "who=op")).hasSize(2);
        assertThat(all("audit", "refused=true")).hasSize(2);
        assertThat(all("audit", "refused=false&who=op")).hasSize(1);
        assertThat(all("audit", "path=/api/v1/sched")).hasSize(1);
        assertThat(all("audit", "path=/api/v1/sched%25")).isEmpty();
        assertThat(all("audit", "path=/api/v1/_uns")).isEmpty();
        assertThat(all("audit", "since=2000-01-01T00:00:00Z")).hasSize(3);
        assertThat(all("audit", "until=2000-01-01T00:00:00Z")).isEmpty();
        for (String query : List.of(
                "since=yesterday", "since=2001", "refused=maybe", "who=%00", "limit=0", "token=op", "cursor=x")) {
            assertThat(get("audit?" + query).code()).as(query).isEqualTo("REQUEST_INVALID");
        }
    }

    private JsonNode chain(String query) {
        Endpoint.Answer answer = get("audit/chain" + query);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    @Test
    void whatIsChangedInTheAuditShows() {
        assertThat(chain("").get("whole").asBoolean()).isTrue();
        post("schedules/reload", "");
        String early = chain("").get("head").asString();
        for (int i = 0; i < 4; i++) {
            endpoint.post(endpoint.viewer, "/api/v1/runs", "{}");
        }
        JsonNode whole = chain("?known=" + early);
        assertThat(whole.get("whole").asBoolean()).as("%s", whole).isTrue();
        assertThat(whole.get("entries").asInt()).isEqualTo(5);
        assertThat(get("audit/chain?known=x").code()).isEqualTo("REQUEST_INVALID");
        assertThat(chain("?known=" + "0".repeat(64)).get("problem").asString()).contains("has been written anew");

        for (String change : List.of(
                "who = 'somebody'",
                "address = '10.0.0.1'",
                "status = 200",
                "failure_code = null",
                "path = '/api/v1/queue'",
                "at = at + interval '1' second")) {
            tampered("update nightshift_audit set " + change + " where entry_number = 3", "entry 3 of");
        }
        tampered("update nightshift_audit set sha256 = null where entry_number = 3", "entry 3 of");
        tampered("delete from nightshift_audit where entry_number = 2", "entry 3 of");
        tampered("delete from nightshift_audit where entry_number = 5", "the newest are gone");
        tampered("delete from nightshift_audit", "the newest are gone");
        assertThat(chain("").get("whole").asBoolean())
                .as("after all was put back")
                .isTrue();
    }

    @Test
    void entriesFromBeforeThereWereDigestsAreCountedApart() {
        endpoint.database()
                .sql(
                        "insert into nightshift_audit (entry_number, who, address, method, path, status, request_id) overriding"
                                + " system value values (-1, 'a', '127.0.0.1', 'POST', '/', 200, '"
                                + new UUID(0, 1) + "')")
                .update();
        post("schedules/reload", "");
        JsonNode chain = chain("");
        assertThat(chain.get("whole").asBoolean()).as("%s", chain).isTrue();
        assertThat(chain.get("older").asInt()).isEqualTo(1);
        assertThat(chain.get("entries").asInt()).isEqualTo(1);
    }

    @Test
    void aLookAlongTheAuditWaitsForNobodyWhoAddsAnEntry() throws Exception {
        post("schedules/reload", "");
        AuditLog audit = endpoint.core.getBean(AuditLog.class);
        TransactionTemplate transactions =
                endpoint.core.getBean(LedgerDatabases.class).metadata().transactions();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            AuditChain chain = transactions.execute(status -> {
                // Holds the lock of whoever adds one, until this transaction ends.
                audit.record(new AuditEntry("ann", "127.0.0.1", "POST", "/", 200, null, new UUID(0, 2)));
                try {
                    return other.submit(() -> audit.check(null)).get(30, TimeUnit.SECONDS);
                } catch (InterruptedException | ExecutionException | TimeoutException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(chain.problem()).isNull();
            assertThat(chain.entries()).isEqualTo(1);
            assertThat(audit.check(null).entries()).isEqualTo(2);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aLookAlongTheAuditIsWholeWhileEntriesAreAdded() throws Exception {
        AuditLog audit = endpoint.core.getBean(AuditLog.class);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> adding = other.submit(() -> {
                for (int i = 0; i < 300; i++) {
                    audit.record(new AuditEntry("ann", "127.0.0.1", "POST", "/" + i, 200, null, new UUID(0, i)));
                }
            });
            while (!adding.isDone()) {
                assertThat(audit.check(null).problem()).isNull();
            }
            adding.get();
        } finally {
            other.shutdownNow();
        }
        assertThat(audit.check(null).entries()).isEqualTo(300);
    }

    /** Changes the audit, looks, and puts it back. */
    private void tampered(String statement, String problem) {
        endpoint.database()
                .sql("create table kept as select * from nightshift_audit")
                .update();
        endpoint.database().sql(statement).update();
        JsonNode chain = chain("");
        assertThat(chain.get("whole").asBoolean()).as(statement).isFalse();
        assertThat(chain.get("problem").asString()).as(statement).contains(problem);
        endpoint.database().sql("delete from nightshift_audit").update();
        endpoint.database()
                .sql("insert into nightshift_audit (entry_number, at, who, address, method, path, status, failure_code,"
                        + " request_id, sha256) overriding system value select entry_number, at, who, address, method,"
                        + " path, status, failure_code, request_id, sha256 from kept")
                .update();
        endpoint.database().sql("drop table kept").update();
    }

    @Test
    void tokensAreListedWithoutSecretsAndRevokedAtOnce() {
        Endpoint.Answer listed = get("tokens");
        assertThat(listed.json().get("tokens"))
                .extracting(token ->
                        token.get("name").asString() + " " + token.get("role").asString() + " "
                                + token.get("state").asString())
                .containsExactly("eye viewer good", "first-operator operator good", "op operator good");
        assertThat(listed.response().body()).doesNotContain("nst_").doesNotContain("sha256");
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/tokens").status()).isEqualTo(403);
        assertThat(post("tokens/eye/revoke", "").json().get("state").asString()).isEqualTo("revoked");
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/runs").status()).isEqualTo(401);
        assertThat(post("tokens/nobody/revoke", "").code()).isEqualTo("TOKEN_UNKNOWN");
        assertThat(post("tokens/%0a/revoke", "").status()).isIn(400, 404);
        assertThat(endpoint.database()
                        .sql("select revoked_by from nightshift_token where name = 'eye'")
                        .query(String.class)
                        .single())
                .isEqualTo("op (by the endpoint, from 127.0.0.1)");
    }
}
