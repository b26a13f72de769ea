package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer to a request that was refused or failed, as RFC 9457 has it. It says what a person can mend, and nothing of the inside:
 * for other failures it names the request, and the service's log has the rest.
 */
record ProblemDocument(
        HttpStatusCode status,
        FailureCode code,
        String detail,
        @Nullable String where,
        List<Problem> problems) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final int LONGEST_DETAIL = 4_000;
    private static final int MOST_PROBLEMS = 100;

    static ProblemDocument of(HttpStatusCode status, FailureCode code, String detail) {
        return new ProblemDocument(status, code, detail, null, List.of());
    }

    static ProblemDocument of(NightshiftException failure) {
        FailureCode code = failure.code();
        return switch (code.kind()) {
            case USER, DATA, MODEL ->
                new ProblemDocument(
                        status(code), code, String.valueOf(failure.getMessage()), failure.where(), failure.problems());
            case EXTERNAL, INTERNAL -> ofInside(code, failure);
        };
    }

    /** Messages of such failures speak of hosts, files and statements. */
    private static ProblemDocument ofInside(FailureCode code, NightshiftException failure) {
        if (status(code) == HttpStatus.TOO_MANY_REQUESTS) {
            return of(HttpStatus.TOO_MANY_REQUESTS, code, String.valueOf(failure.getMessage()));
        }
        String said = code == FailureCode.DEFECT
                ? "an unexpected failure of the service; please report it"
                : "something that the service depends on does not work"
                        + (code.retryable() ? "; the same request may succeed later" : "");
        return of(status(code), code, said + ". What is committed is kept. The service's log has the cause");
    }

    /** The one place where a failure becomes a status. */
    static HttpStatus status(FailureCode code) {
        return switch (code) {
            case TOKEN_INVALID -> HttpStatus.UNAUTHORIZED;
            case ROLE_MISSING -> HttpStatus.FORBIDDEN;
            case RUN_UNKNOWN, JOB_UNKNOWN, SCHEDULE_UNKNOWN, TOKEN_UNKNOWN, BACKFILL_UNKNOWN -> HttpStatus.NOT_FOUND;
            case STATE_CONFLICT, ALREADY_RUNNING -> HttpStatus.CONFLICT;
            case REQUEST_INVALID, USAGE -> HttpStatus.BAD_REQUEST;
            case TOO_MANY_REQUESTS, QUEUE_FULL -> HttpStatus.TOO_MANY_REQUESTS;
            default ->
                switch (code.kind()) {
                    case USER, DATA, MODEL -> HttpStatus.UNPROCESSABLE_CONTENT;
                    case EXTERNAL -> HttpStatus.SERVICE_UNAVAILABLE;
                    case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        };
    }

    String json(@Nullable String requestId) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        HttpStatus known = HttpStatus.resolve(status.value());
        document.put("type", "urn:nightshift:failure:" + code.name().toLowerCase(Locale.ROOT));
        document.put("title", known == null ? "Refused" : known.getReasonPhrase());
        document.put("status", status.value());
        document.put(
                "detail", detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + " ...");
        document.put("code", code.name());
        document.put("kind", code.kind().name().toLowerCase(Locale.ROOT));
        document.put("retryable", code.retryable());
        document.put("where", where);
        if (!problems.isEmpty()) {
            document.put("problems", problems.stream().limit(MOST_PROBLEMS).toList());
        }
        document.put("request", requestId);
        return JsonMapper.shared().writeValueAsString(document);
    }

    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestMarks.failure(request, code);
        if (response.isCommitted()) {
            return;
        }
        response.setStatus(status.value());
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        if (status.value() == HttpStatus.UNAUTHORIZED.value()) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"nightshift\"");
        }
        if (status.value() == HttpStatus.TOO_MANY_REQUESTS.value()) {
            response.setHeader("Retry-After", "60");
        }
        response.getOutputStream().write(json(RequestMarks.id(request)).getBytes(StandardCharsets.UTF_8));
    }
}
