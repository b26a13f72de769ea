package io.nightshift.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of answers that no service of ours gives, and of none. */
final class ServiceClientTest {

    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(int status, @Nullable String type, String body) {
        server.createContext("/", exchange -> send(exchange, status, type, body));
    }

    private static void send(HttpExchange exchange, int status, @Nullable String type, String body) throws IOException {
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.getResponseHeaders().set("Location", "https://login.example.org/");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private ServiceClient client() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        return new ServiceClient(ServiceAddress.parse(url, false), ServiceToken.find("nst_secret", null), null);
    }

    private NightshiftException refused() {
        return catchThrowableOfType(NightshiftException.class, () -> client().get("/runs", Map.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            200 | text/html                | <html>Welcome</html>        | is no Nightshift: 200 with text/html
            502 | text/html                | <html>Bad gateway</html>    | is no Nightshift: 502 with text/html
            302 | none                     | <a>elsewhere</a>            | which leads to https://login.example.org/
            200 | application/json         | {"runs": [                  | is no Nightshift: 200 with application/json
            200 | application/json         | [1, 2]                      | is no Nightshift: 200
            404 | application/json         | {"message": "no such route"}| is no Nightshift: 404
            500 | application/problem+json | {"title": "of another"}     | is no Nightshift: 500
            """)
    void whatIsNoAnswerOfOursIsNotTakenForOne(int status, @Nullable String type, String body, String message) {
        answer(status, type, body);
        NightshiftException failure = refused();
        assertThat(failure.code()).isEqualTo(FailureCode.SERVICE_UNREACHABLE);
        assertThat(failure).hasMessageContaining(message).hasMessageContaining("a proxy before it");
        assertThat(failure.getMessage()).doesNotContain("nst_secret");
    }

    @Test
    void aRefusalKeepsItsCodePlaceAndProblems() {
        answer(422, "application/problem+json", """
                {"code": "DEFINITION_INVALID", "kind": "user", "detail": "x", "where": null,
                 "problems": [{"file": "schedules/a.yaml", "line": 3, "column": 7, "message": "no such zone"}]}""");
        NightshiftException failure = refused();
        assertThat(failure.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
        assertThat(failure.problems()).hasSize(1);
        assertThat(failure).hasMessage("schedules/a.yaml:3:7: no such zone");
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_FAILED, external, DATABASE_FAILED, for request 42",
        "RUN_UNKNOWN, user, RUN_UNKNOWN, gone",
        "OF_LATER_TIMES, user, REQUEST_INVALID, gone",
        "OF_LATER_TIMES, external, SERVICE_UNREACHABLE, gone",
    })
    void codesAreThoseOfTheService(String code, String kind, FailureCode expected, String message) {
        answer(
                400,
                "application/problem+json",
                "{\"code\": \"" + code + "\", \"kind\": \"" + kind + "\", \"detail\": \"gone\", \"request\": \"42\"}");
        assertThat(refused()).hasMessageContaining(message).returns(expected, NightshiftException::code);
    }

    @Test
    void aSlowAnswerIsGivenUpEvenInTheMiddle() {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await();
        });
        ServiceClient impatient = client().within(Duration.ofMillis(300));
        NightshiftException look =
                catchThrowableOfType(NightshiftException.class, () -> impatient.get("/runs", Map.of()));
        assertThat(look.code()).isEqualTo(FailureCode.SERVICE_UNREACHABLE);
        assertThat(look).hasMessageContaining("no whole answer within 0.3 s. Nothing was changed");
        NightshiftException move =
                catchThrowableOfType(NightshiftException.class, () -> impatient.post("/runs/a/stop", null, null));
        assertThat(move).hasMessageContaining("Whether it was done is not known");
    }

    private void await() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whereNothingListensNothingIsSent() {
        ServiceClient client = client();
        server.stop(0);
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> client.post("/runs", Map.of(), "key"));
        assertThat(failure.code()).isEqualTo(FailureCode.SERVICE_UNREACHABLE);
        assertThat(failure).hasMessageContaining("nothing listens there").hasMessageContaining("Nothing was sent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a",
                "scoring",
                "http://",
                "http://a b",
                "https://me:secret@host",
                "https://host/?a=b",
                "https://host#x"
            })
    void whatIsNoAddressIsRefused(String text) {
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> ServiceAddress.parse(text, true));
        assertThat(failure.code()).isEqualTo(FailureCode.USAGE);
        assertThat(failure.getMessage()).contains("Nothing was sent").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, true",
        "http://127.0.0.9:8080/, true",
        "http://[::1]:8080, true",
        "https://scoring.example.org/nightshift, true",
        "http://scoring.example.org:8080, false",
        "http://127.0.0.1.example.org:8080, false",
        "http://10.0.0.7:8080, false"
    })
    void aTokenCrossesNoNetworkReadable(String text, boolean allowed) {
        NightshiftException failure =
                catchThrowableOfType(NightshiftException.class, () -> ServiceAddress.parse(text, false));
        assertThat(failure == null).isEqualTo(allowed);
        assertThat(ServiceAddress.parse(text, true).base().toString()).doesNotEndWith("/");
    }
}
