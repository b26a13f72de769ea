package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.IssuedToken;
import io.nightshift.access.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Who is let in and who is not, over real connections. */
class AdmissionTest {

    @TempDir
    private static Path folder;

    private static Endpoint shared;

    /** What a test talks to; one of its own where it counts. */
    private Endpoint endpoint = shared;

    @TempDir
    private Path ownFolder;

    @BeforeAll
    static void start() {
        shared = Endpoint.embedded(folder);
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @AfterEach
    void stopOwn() {
        if (endpoint != shared) {
            endpoint.close();
        }
    }

    private void startOwn() {
        endpoint = Endpoint.embedded(ownFolder);
    }

    private Endpoint.Answer call(Route route, String token) {
        String path = route.pattern().replaceAll("\\{[^}]*}", "00000000-0000-7000-8000-000000000000");
        HttpRequest.Builder request =
                endpoint.request(path).method(route.method().name(), HttpRequest.BodyPublishers.ofString("{}"));
        request.header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return endpoint.send(request.build());
    }

    @Test
    void everyRouteAsksForTheRoleThatTheTableSays() {
        for (Route route : Route.ALL) {
            assertThat(call(route, endpoint.operator).status())
                    .as("operator: %s", route)
                    .isNotIn(401, 403, 405);
            assertThat(call(route, endpoint.viewer).status() == 403)
                    .as("viewer: %s", route)
                    .isEqualTo(route.role() == Role.OPERATOR);
            assertThat(call(route, null).status() == 401)
                    .as("nobody: %s", route)
                    .isEqualTo(route.role() != null);
        }
    }

    @Test
    void everyHandlerIsInTheTableAndNothingElseAnswers() {
        Set<String> handlers =
                endpoint.server.bean(RequestMappingHandlerMapping.class).getHandlerMethods().keySet().stream()
                        .flatMap(mapping -> mapping.getMethodsCondition().getMethods().stream()
                                .flatMap(method ->
                                        mapping.getPatternValues().stream().map(path -> method + " " + path)))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> table = Route.ALL.stream()
                .map(route -> route.method() + " " + route.pattern())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(handlers).isEqualTo(table);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/error",
                "/actuator/env",
                "/actuator/heapdump",
                "/h2-console",
                "/swagger-ui",
                "/v3/api-docs",
                "/jolokia",
                "/api/v1/runs/",
                "/API/v1/runs",
                "/api/v1/RUNS",
                "/api/v2/runs"
            })
    void whatIsNotInTheTableIsNotThere(String path) {
        Endpoint.Answer without = endpoint.send(endpoint.request(path).build());
        assertThat(without.status()).as("%s", without).isEqualTo(401);
        Endpoint.Answer with = endpoint.get(endpoint.operator, path);
        assertThat(with.status()).as("%s", with).isEqualTo(404);
        assertThat(with.code()).isEqualTo("REQUEST_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1//runs",
                "/api/v1/runs;x=1",
                "/api/v1/%2e%2e/runs",
                "/api/v1/runs/%2e%2e/%2e%2e/health/liveness",
                "/api/v1/runs%2f..",
                "/api/v1/runs/%00",
                "/api/v1/%252e%252e/runs",
                "/health/liveness/../../api/v1/runs"
            })
    void pathsThatMeanAnotherAreNotFollowed(String path) throws IOException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|401|404) .*").doesNotContain("\"runs\"");
        assertThat(answer).doesNotContain("Tomcat").doesNotContain("org.").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"})
    void otherMethodsAreRefused(String method) throws IOException {
        String answer = raw(method + " /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + endpoint.operator + "\r\nX-HTTP-Method-Override: GET\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|405|501) .*").doesNotContain("\"next\"");
    }

    @Test
    void tokensThatLetNobodyIn() {
        startOwn();
        AccessTokens tokens = endpoint.core.getBean(AccessTokens.class);
        IssuedToken revoked = tokens.create("gone", Role.OPERATOR, null, "test");
        tokens.revoke("gone", "test");
        IssuedToken expired = tokens.create("old", Role.OPERATOR, Duration.ofDays(1), "test");
        endpoint.database()
                .sql(
                        "update nightshift_token set expires_at = current_timestamp - interval '1' second where name = 'old'")
                .update();
        String good = "Bearer " + endpoint.operator;
        for (String header : List.of(
                "Bearer ",
                "Bearer null",
                "Bearer " + "a".repeat(5000),
                "Basic " + endpoint.operator,
                endpoint.operator,
                good + "x",
                good.substring(0, good.length() - 1),
                good + ", " + good,
                "Bearer " + expired.secret(),
                "Bearer " + revoked.secret())) {
            Endpoint.Answer answer = endpoint.send(endpoint.request("/api/v1/runs")
                    .header("Authorization", header)
                    .build());
            assertThat(answer.status()).as("%s: %s", header, answer).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("TOKEN_INVALID");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }
        assertThat(endpoint.send(endpoint.request("/api/v1/runs")
                                .header("X-Role", "OPERATOR")
                                .header("Cookie", "JSESSIONID=1; token=" + endpoint.operator)
                                .build())
                        .status())
                .isEqualTo(401);
        assertThat(endpoint.send(endpoint.request("/api/v1/runs?token=" + endpoint.operator)
                                .build())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void manyWrongTokensBlockTheirAddressButNobodyWhoWasInBefore() {
        startOwn();
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/runs").status()).isEqualTo(200);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < FailedLogins.MOST + 2; i++) {
            statuses.add(endpoint.get("nst_" + "x".repeat(43), "/api/v1/runs").status());
        }
        assertThat(statuses.subList(0, FailedLogins.MOST)).containsOnly(401);
        assertThat(statuses.subList(FailedLogins.MOST, statuses.size())).containsOnly(429);
        assertThat(endpoint.get(endpoint.operator, "/api/v1/runs").status())
                .as("a token never seen from here")
                .isEqualTo(429);
        assertThat(endpoint.get(endpoint.viewer, "/api/v1/runs").status()).isEqualTo(200);
        assertThat(audited("401")).isEqualTo(FailedLogins.MOST);
        assertThat(audited("429")).as("the audit cannot be filled").isZero();
    }

    @Test
    void whoeverHasNoTokenCannotFillTheAudit() throws IOException {
        startOwn();
        for (int i = 0; i < 2 * StrangerLimit.MOST; i++) {
            assertThat(endpoint.send(endpoint.request("/api/v1/runs").build()).status())
                    .isEqualTo(401);
            assertThat(raw("POST /api/v1/runs HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n"
                            + "Connection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421");
        }
        assertThat(audited("401")).isEqualTo(StrangerLimit.MOST / 2);
        assertThat(audited("421")).isEqualTo(StrangerLimit.MOST / 2);
        assertThat(endpoint.post(endpoint.viewer, "/api/v1/schedules/reload", "")
                        .status())
                .isEqualTo(403);
        assertThat(audited("403")).as("of somebody known").isEqualTo(1);
    }

    private long audited(String status) {
        return endpoint.database()
                .sql("select count(*) from nightshift_audit where status = " + status)
                .query(Long.class)
                .single();
    }

    @Test
    void refusalsAreAudited() {
        startOwn();
        Endpoint.Answer answer = endpoint.send(endpoint.request("/api/v1/runs").build());
        assertThat(answer.status()).isEqualTo(401);
        Map<String, Object> entry = endpoint.database()
                .sql("select * from nightshift_audit")
                .query()
                .singleRow();
        assertThat(entry)
                .containsEntry("who", "nobody")
                .containsEntry("address", "127.0.0.1")
                .containsEntry("method", "GET")
                .containsEntry("path", "/api/v1/runs")
                .containsEntry("status", 401)
                .containsEntry("failure_code", "TOKEN_INVALID");
        assertThat(entry.get("request_id")).hasToString(String.valueOf(answer.header("X-Request-Id")));
        assertThat(answer.json().get("request").asString()).isEqualTo(answer.header("X-Request-Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "evil:80"})
    void hostsThatAreNotOursAreRefused(String host) throws IOException {
        String answer = raw("GET /api/v1/runs HTTP/1.1\r\nHost: " + host + "\r\nX-Forwarded-Host: localhost\r\n"
                + "X-Forwarded-For: 127.0.0.1\r\nAuthorization: Bearer " + endpoint.operator
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|421) .*").doesNotContain("\"next\"");
    }

    @Test
    void answersCarryHeadersThatKeepThemOutOfPagesAndCaches() {
        Endpoint.Answer answer = endpoint.send(endpoint.request("/api/v1/runs")
                .header("Authorization", "Bearer " + endpoint.viewer)
                .header("Origin", "https://evil.example")
                .build());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(answer.header("Server")).isNull();
    }

    @Test
    void tooLargeHeadersAndGarbageEndTheConnectionWithoutTellingMore() throws IOException {
        for (String request : List.of(
                "GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
                "GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(200) + "\r\n",
                "\u0001\u0002\u0003 garbage\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /api/v1/runs HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
                "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                        + "Connection: close\r\n\r\n0\r\n\r\n")) {
            String answer = raw(request);
            assertThat(answer).as(request).doesNotContain("HTTP/1.1 200");
            assertThat(answer)
                    .doesNotContain("Tomcat")
                    .doesNotContain("org.apache")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void healthNeedsNoTokenHereAndSaysNothingElse() {
        for (String path : List.of("/health/liveness", "/health/readiness")) {
            Endpoint.Answer answer = endpoint.send(endpoint.request(path).build());
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.response().body()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    @Test
    void theFirstStartMakesOneOperatorsToken() {
        startOwn();
        IssuedToken first = endpoint.server.firstToken().orElseThrow();
        assertThat(first.token().role()).isEqualTo(Role.OPERATOR);
        assertThat(endpoint.get(first.secret(), "/api/v1/runs").status()).isEqualTo(200);
        assertThat(first.toString()).doesNotContain(first.secret());
        assertThat(endpoint.database()
                        .sql("select count(*) from nightshift_token where sha256 = ?")
                        .param(first.secret())
                        .query(Long.class)
                        .single())
                .isZero();
        try (AdminServer second = AdminServer.start(endpoint.core, EndpointSettings.loopback(0))) {
            assertThat(second.firstToken()).isEmpty();
            assertThat(second.port()).isNotEqualTo(endpoint.server.port());
        }
    }

    /** Sends bytes as they are and returns everything that comes back. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", endpoint.server.port())) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
