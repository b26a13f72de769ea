package io.nightshift.admin;

import io.nightshift.access.AuditEntry;
import io.nightshift.access.AuditLog;
import io.nightshift.failure.FailureCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The first and last that sees a request: gives it its id, refuses foreign host names, and writes down what changed something or was
 * refused.
 */
final class RequestGate extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(RequestGate.class);

    /** A page can let a name of its own stand for this machine, but no numeric address. */
    private static final Pattern NUMERIC = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    private static final Set<Integer> REFUSALS = Set.of(401, 403, 421, 429);

    private static final int UNAUTHORIZED = HttpStatus.UNAUTHORIZED.value();

    private final Set<String> hosts;
    private final AuditLog audit;
    private final StrangerLimit strangers;

    RequestGate(Set<String> hosts, AuditLog audit, StrangerLimit strangers) {
        this.hosts = hosts;
        this.audit = audit;
        this.strangers = strangers;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        UUID id = RequestMarks.assignId(request);
        response.setHeader("X-Request-Id", id.toString());
        try {
            ProblemDocument refusal = refusal(request);
            if (refusal == null) {
                chain.doFilter(new LimitedBody(request), response);
            } else {
                refusal.write(request, response);
            }
        } finally {
            if (isAudited(request, response)) {
                write(request, response, id);
            }
        }
    }

    private @Nullable ProblemDocument refusal(HttpServletRequest request) {
        if (!isForUs(request)) {
            return ProblemDocument.of(
                    HttpStatus.MISDIRECTED_REQUEST,
                    FailureCode.REQUEST_INVALID,
                    "the request is for a host that this service does not go by; allowed are localhost, numeric addresses"
                            + " and the names given with --host. Nothing was done");
        }
        if (LimitedBody.isTooLong(request)) {
            return ProblemDocument.of(
                    HttpStatus.CONTENT_TOO_LARGE,
                    FailureCode.REQUEST_INVALID,
                    "the body has more than " + LimitedBody.MOST_BYTES + " bytes. Nothing was done");
        }
        if (request.getHeader("Content-Encoding") != null) {
            return ProblemDocument.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    FailureCode.REQUEST_INVALID,
                    "the body is compressed; send it as it is. Nothing was done");
        }
        return null;
    }

    private boolean isForUs(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host == null) {
            return false;
        }
        String name = host.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost") || NUMERIC.matcher(name).matches() || hosts.contains(name);
    }

    private boolean isAudited(HttpServletRequest request, HttpServletResponse response) {
        if (RequestMarks.isUnaudited(request)) {
            return false;
        }
        boolean reads = request.getMethod().equals("GET");
        if (reads && !REFUSALS.contains(response.getStatus())) {
            return false;
        }
        boolean known = RequestMarks.token(request) != null && response.getStatus() != UNAUTHORIZED;
        return known || strangers.allows(request.getRemoteAddr());
    }

    private void write(HttpServletRequest request, HttpServletResponse response, UUID id) {
        String who = RequestMarks.token(request);
        @Nullable FailureCode code = RequestMarks.failure(request);
        AuditEntry entry = new AuditEntry(
                who == null ? "nobody" : who,
                request.getRemoteAddr(),
                request.getMethod(),
                request.getRequestURI(),
                response.getStatus(),
                code,
                id);
        try {
            audit.record(entry);
        } catch (RuntimeException e) {
            LOG.error("audit entry not stored entry={}", entry, e);
        }
    }
}
