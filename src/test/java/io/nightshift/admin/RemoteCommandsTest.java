package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.nightshift.Keytool;
import io.nightshift.alert.Alert;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.Alerts;
import io.nightshift.backfill.BackfillKeeper;
import io.nightshift.cli.CommandRun;
import io.nightshift.ledger.RunRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands that ask a running service, as operators use them, over the shipped schedule. */
final class RemoteCommandsTest {

    private static final String[] BACKFILL = {
        "backfill", "small", "--from", "2001-01-01", "--to", "2001-01-03", "--every", "1d", "--only", "all"
    };
    private static final String SCHEDULE = "flight-delay-nightly";

    @TempDir
    private Path folder;

    private static CommandRun command(Map<String, String> environment, String... words) {
        return CommandRun.of(Clock.systemUTC(), environment, words);
    }

    private static CommandRun remote(Endpoint endpoint, String token, String... words) {
        return command(Map.of("NIGHTSHIFT_SERVER", endpoint.server.url(), "NIGHTSHIFT_TOKEN", token), words);
    }

    private static JsonNode remoteJson(Endpoint endpoint, String... words) {
        CommandRun run = remote(endpoint, endpoint.operator, json(words));
        assertThat(run.exitCode()).as("%s: %s", List.of(words), run).isZero();
        return run.outJson();
    }

    private static String[] json(String... words) {
        List<String> all = new ArrayList<>(List.of("--output", "json"));
        all.addAll(Arrays.asList(words));
        return all.toArray(String[]::new);
    }

    @Test
    void anOperatorSeesPausesFiresAndResumesASchedule() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            assertThat(remote(endpoint, endpoint.viewer, "schedules", "reload"))
                    .satisfies(refused -> assertThat(refused.exitCode()).isEqualTo(2))
                    .satisfies(refused -> assertThat(refused.err()).contains("ROLE_MISSING", "role operator"));
            JsonNode change =
                    remoteJson(endpoint, "schedules", "reload").get("changes").get(0);
            assertThat(change.get("schedule").asString()).isEqualTo(SCHEDULE);
            assertThat(change.get("kind").asString()).isEqualTo("ADDED");

            CommandRun list = remote(endpoint, endpoint.viewer, "schedules");
            assertThat(list.out()).contains(SCHEDULE, "at 02:30 from Monday to Friday", "active");
            assertThat(remote(endpoint, endpoint.viewer, "schedules", "next", SCHEDULE, "--count", "3")
                            .out())
                    .contains("FIRE TIME (Europe/Berlin)", "T02:30");

            CommandRun paused = remote(
                    endpoint,
                    endpoint.operator,
                    "pause",
                    SCHEDULE,
                    "--reason",
                    "input is late",
                    "--until",
                    "2099-01-01");
            assertThat(paused.out()).contains("is paused by op", "input is late, until 2099-01-01T00:00:00Z");
            assertThat(remote(endpoint, endpoint.viewer, "resume", SCHEDULE).err())
                    .contains("ROLE_MISSING");
            assertThat(remote(endpoint, endpoint.operator, "schedules", "resume", SCHEDULE)
                            .out())
                    .contains("is active; next planned: ", " 02:30:00 +0");

            JsonNode fire = remoteJson(endpoint, "fire", SCHEDULE, "--at", "2001-03-06T02:30");
            assertThat(fire.get("outcome").asString()).isEqualTo("FIRED");
            assertThat(fire.get("logical_date").asString()).isEqualTo("2001-03-06T02:30");
            JsonNode run = remoteJson(endpoint, "runs", "show", fire.get("run").asString());
            assertThat(run.get("parameters").get("day").asString()).isEqualTo("2001-03-05");
            assertThat(remoteJson(endpoint, "fires", "--schedule", SCHEDULE).get("fires"))
                    .containsExactly(fire);
            assertThat(remoteJson(endpoint, "fires", "--outcome", "missed").get("fires"))
                    .isEmpty();
            assertThat(endpoint.get(endpoint.viewer, "/metrics").response().body())
                    .contains("nightshift_schedule_fires_total{outcome=\"FIRED\",schedule=\"" + SCHEDULE + "\"} 1.0")
                    .contains("nightshift_schedule_delay_seconds_count{schedule=\"" + SCHEDULE + "\"} 1");

            assertThat(remote(endpoint, endpoint.operator, "fire", "flight").err())
                    .contains("SCHEDULE_UNKNOWN", "there is no schedule 'flight'");
        }
    }

    @Test
    void waitingRunsAreReorderedAndCancelled() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            remoteJson(endpoint, "schedules", "reload");
            String first = fired(endpoint, "2001-03-06T02:30");
            String second = fired(endpoint, "2001-03-07T02:30");
            assertThat(places(endpoint)).containsExactly(first, second);
            assertThat(remote(endpoint, endpoint.operator, "queue", "first", second)
                            .out())
                    .contains("waits with priority 1000");
            assertThat(places(endpoint)).containsExactly(second, first);
            assertThat(remote(endpoint, endpoint.operator, "queue", "priority", second, "1001")
                            .err())
                    .contains("priority 1001 is not allowed");
            assertThat(remote(endpoint, endpoint.operator, "queue", "cancel", second)
                            .out())
                    .contains("is STOPPED");
            CommandRun again = remote(endpoint, endpoint.operator, "queue", "cancel", second);
            assertThat(again.exitCode()).isEqualTo(2);
            assertThat(again.err()).contains("STATE_CONFLICT", "does not wait, it is STOPPED");
            assertThat(places(endpoint)).containsExactly(first);
        }
    }

    private static String fired(Endpoint endpoint, String at) {
        return remoteJson(endpoint, "fire", SCHEDULE, "--at", at).get("run").asString();
    }

    private static List<String> places(Endpoint endpoint) {
        List<String> runs = new ArrayList<>();
        remoteJson(endpoint, "queue")
                .get("waiting")
                .forEach(run -> runs.add(run.get("run").asString()));
        return runs;
    }

    @Test
    void theSameCommandSaysTheSameHereAndThere() {
        String[][] commands = {
            {"schedules"},
            {"schedules", "show", SCHEDULE},
            {"schedules", "next", SCHEDULE, "--count", "4"},
            {"fires"},
            {"fires", "--schedule", SCHEDULE, "--limit", "1"},
            {"queue"},
            {"nodes"},
            {"runs"},
            {"runs", "--limit", "1"},
            {"backfills"},
            {"backfills", "--state", "stopped", "--job", "small"},
            {"backfill", "show", "1"},
            {"alerts"},
            {"audit"},
            {"audit", "--who", "op", "--path", "/api/v1/backfills", "--limit", "2"},
            {"audit", "--refused"},
            {"audit", "check"},
            {"token", "list"},
        };
        Map<String, CommandRun> there = new HashMap<>();
        String run;
        String other;
        try (Endpoint endpoint = Endpoint.embedded(folder).withJob()) {
            remoteJson(endpoint, "schedules", "reload");
            run = fired(endpoint, "2001-03-06T02:30");
            other = remoteJson(endpoint, "fire", SCHEDULE).get("run").asString();
            remoteJson(endpoint, "pause", SCHEDULE, "--reason", "a look");
            remoteJson(endpoint, BACKFILL);
            remoteJson(endpoint, "backfill", "stop", "1");
            assertThat(remote(endpoint, endpoint.viewer, "audit").err()).contains("ROLE_MISSING");
            endpoint.core
                    .getBean(Alerts.class)
                    .raise(new Alert("a", AlertKind.RUN_FAILED, "flights", null, "gone", Instant.EPOCH));
            for (String[] words : commands) {
                there.put(List.of(words).toString(), remote(endpoint, endpoint.operator, json(words)));
                there.put("table " + List.of(words), remote(endpoint, endpoint.operator, words));
            }
            there.put("compare", remote(endpoint, endpoint.viewer, json("runs", "compare", run, other)));
            there.put("show", remote(endpoint, endpoint.viewer, json("runs", "show", run)));
        }
        Map<String, String> home =
                Map.of("NIGHTSHIFT_HOME", folder.resolve("home").toString());
        for (String[] words : commands) {
            assertThat(command(home, json(words)))
                    .isEqualTo(there.get(List.of(words).toString()));
            assertThat(command(home, words)).isEqualTo(there.get("table " + List.of(words)));
            assertThat(there.get("table " + List.of(words)).exitCode())
                    .as("%s", List.of(words))
                    .isZero();
        }
        assertThat(command(home, json("runs", "compare", run, other)))
                .isEqualTo(there.get("compare"))
                .satisfies(compared -> assertThat(compared.out()).contains("parameters.day"));
        assertThat(command(home, json("runs", "show", run)).out())
                .isEqualTo(there.get("show").out());
    }

    @Test
    void aScheduleThatCannotBeReadIsShownWithItsTrouble() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            remoteJson(endpoint, "schedules", "reload");
            endpoint.database()
                    .sql("update nightshift_schedule set definition = 'schedule: [', sha256 = 'other'")
                    .update();
            assertThat(remote(endpoint, endpoint.viewer, "schedules"))
                    .satisfies(
                            list -> assertThat(list.exitCode()).as(list.err()).isZero())
                    .satisfies(list -> assertThat(list.out()).contains(SCHEDULE, "in trouble: ", " +00:00"));
            assertThat(remote(endpoint, endpoint.viewer, "schedules", "show", SCHEDULE))
                    .satisfies(shown ->
                            assertThat(shown.exitCode()).as(shown.err()).isZero())
                    .satisfies(shown -> assertThat(shown.out()).contains("state     in trouble: "));
            assertThat(remoteJson(endpoint, "schedules", "show", SCHEDULE)
                            .get("time_zone")
                            .isNull())
                    .isTrue();
        }
    }

    @Test
    void aRunIsLaunchedFollowedAndPublishedFromElsewhere() {
        try (Endpoint endpoint = Endpoint.embedded(folder).withJob().working()) {
            CommandRun run = remote(endpoint, endpoint.operator, "run", "small", "--tag", "team=ops");
            assertThat(run.exitCode()).as(run.toString()).isZero();
            assertThat(run.out()).contains("state   COMPLETED", "1,000 read = 1,000 predicted");
            assertThat(run.err()).contains("Ctrl-C ends the watching alone");

            CommandRun second = remote(endpoint, endpoint.operator, json("run", "small"));
            assertThat(second.err()).isEmpty();
            assertThat(second.outJson().has("metrics")).isTrue();
            assertThat(second.outJson().has("snapshot")).isFalse();
            String name = second.outJson().get("name").asString();
            // By its id: two runs of one second have one name.
            String id = second.outJson().get("run").asString();
            CommandRun published = remote(endpoint, endpoint.operator, "publish", id);
            assertThat(published.out()).as(published.toString()).contains("readers now see run", name);
            assertThat(remote(endpoint, endpoint.viewer, "runs", "--limit", "1").out())
                    .contains(name, "now");
            assertThat(remote(endpoint, endpoint.viewer, "pin", id).err()).contains("ROLE_MISSING");
            assertThat(remote(endpoint, endpoint.operator, "pin", id).out()).contains("is pinned");
            assertThat(remote(endpoint, endpoint.operator, "pin", id, "--remove")
                            .out())
                    .contains("is not pinned");

            CommandRun refused = remote(endpoint, endpoint.operator, "run", "small", "--set", "source.parquet.path=x");
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains("REQUEST_INVALID", "cannot be made by a request");
            assertThat(remote(endpoint, endpoint.operator, "run", "smal").err()).contains("JOB_UNKNOWN");
            assertThat(remote(endpoint, endpoint.operator, "stop", id).err()).contains("STATE_CONFLICT");

            CommandRun left = remote(endpoint, endpoint.operator, json("run", "small", "--detach"));
            assertThat(left.outJson().get("state").asString()).isEqualTo("QUEUED");
            CommandRun failed = remote(
                    endpoint,
                    endpoint.operator,
                    "run",
                    "small",
                    "--set",
                    "compute.device=gpu:7",
                    "--logical-date",
                    "2001-03-05T00:00");
            assertThat(failed.exitCode()).isNotZero();
        }
    }

    @Test
    void aBackfillIsFollowedToItsEndFromElsewhere() throws IOException {
        try (Endpoint endpoint = Endpoint.embedded(folder).withJob().working()) {
            Files.writeString(
                    folder.resolve("jobs/small.yaml"),
                    "parameters: {day: {type: date, default: '${logical_date}'}}\n",
                    StandardOpenOption.APPEND);
            CommandRun asked = remote(endpoint, endpoint.operator, BACKFILL);
            assertThat(asked.out()).as("%s", asked).contains("backfill 1 of job small", "[...]  3 waiting");
            try (BackfillKeeper keeper = endpoint.core.getBean(BackfillKeeper.class)) {
                keeper.start();
                List<String> words = new ArrayList<>(List.of(BACKFILL));
                words.addAll(List.of("--parallel", "2", "--wait"));
                CommandRun done = remote(endpoint, endpoint.operator, words.toArray(String[]::new));
                assertThat(done.exitCode()).as("%s", done).isZero();
                assertThat(done.out()).contains("backfill 2 of job small", "COMPLETED", "[###]  3 done");
            }
            assertThat(remote(endpoint, endpoint.operator, "backfill", "stop", "2"))
                    .satisfies(refused -> assertThat(refused.exitCode()).isEqualTo(2))
                    .satisfies(refused -> assertThat(refused.err()).contains("STATE_CONFLICT", "is COMPLETED"));
            for (String verb : List.of("show", "stop", "resume")) {
                assertThat(remote(endpoint, endpoint.operator, "backfill", verb, "77")
                                .err())
                        .contains("BACKFILL_UNKNOWN", "`nightshift backfills` lists them");
            }
            assertThat(remote(
                                    endpoint,
                                    endpoint.operator,
                                    "backfill",
                                    "smal",
                                    "--from",
                                    "2001-01-01",
                                    "--to",
                                    "2001-01-01")
                            .err())
                    .contains("JOB_UNKNOWN", "did you mean 'small'");
            assertThat(remote(endpoint, endpoint.viewer, BACKFILL).err()).contains("ROLE_MISSING");
            assertThat(remote(endpoint, endpoint.viewer, "backfills", "--limit", "1")
                            .out())
                    .hasLineCount(2);
        }
    }

    @Test
    void aTokenIsRevokedFromElsewhere() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            assertThat(remote(endpoint, endpoint.operator, "token", "revoke", "eye")
                            .out())
                    .contains("token eye is revoked");
            assertThat(remote(endpoint, endpoint.viewer, "runs").err()).contains("TOKEN_INVALID", "is revoked");
            assertThat(remote(endpoint, endpoint.operator, "token", "list").out())
                    .contains("eye", "revoked")
                    .doesNotContain("nst_");
            assertThat(remote(endpoint, endpoint.operator, "token", "revoke", "nobody")
                            .err())
                    .contains("TOKEN_UNKNOWN");
        }
    }

    @Test
    void aLaunchWhoseAnswerIsLostIsRepeatedUnderItsKey() throws IOException {
        List<String> keys = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            if (keys.size() > 1) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                byte[] answer =
                        "{\"run\": \"a\", \"name\": \"b\", \"state\": \"QUEUED\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(202, answer.length);
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
        try {
            CommandRun run = command(
                    Map.of("NIGHTSHIFT_TOKEN", "nst_x"),
                    "run",
                    "small",
                    "--detach",
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort());
            assertThat(run.out()).as(run.err()).contains("run a (b) is QUEUED");
            assertThat(keys).hasSize(2).doesNotContainNull();
            assertThat(keys.get(0)).isEqualTo(keys.get(1));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aStoppedRunIsRestartedFromElsewhere() {
        try (Endpoint endpoint = Endpoint.embedded(folder).withJob()) {
            String run =
                    remoteJson(endpoint, "run", "small", "--detach").get("run").asString();
            assertThat(remote(endpoint, endpoint.operator, "run", "small", "--detach"))
                    .satisfies(again -> assertThat(again.exitCode()).isEqualTo(5))
                    .satisfies(again -> assertThat(again.err()).contains("ALREADY_RUNNING"));
            assertThat(remote(endpoint, endpoint.operator, "stop", run.substring(0, 8))
                            .out())
                    .contains("is STOPPED");
            endpoint.working();
            CommandRun restarted = remote(endpoint, endpoint.operator, "restart", run);
            assertThat(restarted.exitCode()).as(restarted.toString()).isZero();
            assertThat(restarted.out()).contains(run, "COMPLETED");
        }
    }

    @Test
    void longListsComePageByPage() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            List<String> newest = new ArrayList<>();
            for (int i = 0; i < 505; i++) {
                RunRecord run = endpoint.run("listed", Map.of());
                newest.add(0, run.id().toString());
            }
            List<String> listed = new ArrayList<>();
            remoteJson(endpoint, "runs", "--limit", "503")
                    .get("runs")
                    .forEach(run -> listed.add(run.get("run").asString()));
            assertThat(listed).hasSize(503).doesNotHaveDuplicates().isSubsetOf(newest);
            assertThat(remote(endpoint, endpoint.viewer, "runs", "--limit", "0").err())
                    .contains("--limit 0 is not from 1");
        }
    }

    @Test
    void whatCannotAskAServerSaysSoAndChangesNothing() {
        Map<String, String> variable = Map.of("NIGHTSHIFT_SERVER", "http://127.0.0.1:1", "NIGHTSHIFT_TOKEN", "nst_x");
        for (String[] why : new String[][] {
            {"a service runs no SQL of others", "query", "select 1"},
            {"where it is kept", "purge"},
            {"scores in its own process", "redrive", "abcd"},
            {"a token that leaked could make others", "token", "create", "x", "--role", "viewer"},
        }) {
            String[] words = Arrays.copyOfRange(why, 1, why.length);
            CommandRun named = command(variable, words);
            assertThat(named.exitCode()).isEqualTo(2);
            assertThat(named.err())
                    .contains("works in a home of this machine: ", why[0], "nothing was started", "unset the variable");
            List<String> all = new ArrayList<>(Arrays.asList(words));
            all.addAll(List.of("--server", "http://127.0.0.1:1"));
            CommandRun refused = command(Map.of(), all.toArray(String[]::new));
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("cannot ask a server: ", why[0], "nothing was started", "leave --server out");
        }
        for (String[] words : new String[][] {
            {"validate"}, {"bench", "flight-delay"}, {"serve"}, {"alerts", "test", "x"},
        }) {
            List<String> all = new ArrayList<>(Arrays.asList(words));
            all.addAll(List.of("--server", "http://127.0.0.1:1"));
            CommandRun refused = command(variable, all.toArray(String[]::new));
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains("works on files and homes of this machine alone", "nothing was started");
        }
        assertThat(command(variable, "--home", folder.toString(), "runs").exitCode())
                .isZero();
        assertThat(command(variable, "runs", "--server", "http://127.0.0.1:1", "--home", folder.toString())
                        .err())
                .contains("name two places");
        assertThat(command(Map.of(), "run", "flight-delay", "--detach").err()).contains("--detach", "without --server");
    }

    @Test
    void aTokenComesFromTheVariableOrAFileThatNobodyElseReads() throws IOException {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            Map<String, String> server = Map.of("NIGHTSHIFT_SERVER", endpoint.server.url());
            assertThat(command(server, "runs").err()).contains("USAGE", "NIGHTSHIFT_TOKEN", "--token-file");
            Path file = Files.writeString(folder.resolve("token"), endpoint.viewer + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            CommandRun open = command(server, "runs", "--token-file", file.toString());
            assertThat(open.exitCode()).isEqualTo(2);
            assertThat(open.err()).contains("others can read", "chmod 600").doesNotContain(endpoint.viewer);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            assertThat(command(server, "runs", "--token-file", file.toString()).exitCode())
                    .isZero();
            assertThat(command(
                                    server,
                                    "runs",
                                    "--token-file",
                                    folder.resolve("none").toString())
                            .err())
                    .contains("cannot be read");

            CommandRun wrong = remote(endpoint, "nst_wrong", json("runs"));
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.errJson().get("code").asString()).isEqualTo("TOKEN_INVALID");
            assertThat(wrong.err()).doesNotContain("nst_wrong");
        }
    }

    @Test
    void aHomeThatIsServedNamesTheService() {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            endpoint.home().serving("ann (process 42) running `nightshift serve`", endpoint.server.url());
            CommandRun refused =
                    command(Map.of("NIGHTSHIFT_HOME", folder.resolve("home").toString()), "schedules");
            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err())
                    .contains("in use by ann (process 42) running `nightshift serve`, which serves at "
                            + endpoint.server.url())
                    .contains("--server " + endpoint.server.url());
        }
    }

    @Test
    void anAuthorityOfOnesOwnIsTrustedWhereItIsNamed() throws Exception {
        Path store = folder.resolve("store.p12");
        Keytool.run(
                store, "-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=own", "-ext", "san=ip:127.0.0.1");
        Path certificate = folder.resolve("own.pem");
        Keytool.run(store, "-exportcert", "-alias", "own", "-rfc", "-file", certificate.toString());
        Path other = folder.resolve("other.pem");
        Keytool.run(store, "-genkeypair", "-alias", "other", "-keyalg", "EC", "-dname", "CN=other");
        Keytool.run(store, "-exportcert", "-alias", "other", "-rfc", "-file", other.toString());
        EndpointSettings.Tls tls = new EndpointSettings.Tls(certificate, key(store));
        try (Endpoint endpoint = Endpoint.secured(folder, tls)) {
            assertThat(endpoint.server.url()).startsWith("https://");
            assertThat(remote(endpoint, endpoint.viewer, "runs", "--ca", certificate.toString()))
                    .satisfies(run -> assertThat(run.exitCode()).as(run.err()).isZero());
            for (String[] words : new String[][] {{"runs"}, {"runs", "--ca", other.toString()}}) {
                CommandRun refused = remote(endpoint, endpoint.viewer, words);
                assertThat(refused.exitCode()).isEqualTo(1);
                assertThat(refused.err()).contains("SERVICE_UNREACHABLE", "TLS:", "--ca", "Nothing was sent");
            }
            assertThat(remote(endpoint, endpoint.viewer, "runs", "--ca", store.toString())
                            .err())
                    .contains("certificates of", "cannot be used");
        }
    }

    private Path key(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), Keytool.PASSWORD.toCharArray());
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(
                        keys.getKey("own", Keytool.PASSWORD.toCharArray()).getEncoded());
        return Files.writeString(
                folder.resolve("own.key"), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    }
}
