package io.nightshift.admin;

import io.nightshift.access.AccessToken;
import io.nightshift.access.AccessTokens;
import io.nightshift.failure.FailureCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Looks up who sends a request, by its one {@code Authorization: Bearer} header. A token that lets nobody in ends it. */
final class TokenFilter extends OncePerRequestFilter {

    private static final String SCHEME = "bearer ";

    private final AccessTokens tokens;
    private final FailedLogins failures;

    TokenFilter(AccessTokens tokens, FailedLogins failures) {
        this.tokens = tokens;
        this.failures = failures;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> headers = Collections.list(request.getHeaders("Authorization"));
        if (headers.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        String address = request.getRemoteAddr();
        String header = String.join(",", headers);
        if (failures.isBlocked(address, header)) {
            RequestMarks.unaudited(request);
            refuse(
                    request,
                    response,
                    HttpStatus.TOO_MANY_REQUESTS,
                    FailureCode.TOO_MANY_REQUESTS,
                    "too many tokens that"
                            + " let nobody in came from this address; the next is looked at in a minute");
            return;
        }
        Optional<AccessToken> token =
                headers.size() == 1 && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                        ? tokens.find(header.substring(SCHEME.length()).strip())
                        : Optional.empty();
        if (token.isEmpty() || !token.get().usable()) {
            failures.failed(address, header);
            token.ifPresent(known -> RequestMarks.token(request, known.name()));
            refuse(request, response, HttpStatus.UNAUTHORIZED, FailureCode.TOKEN_INVALID, why(token));
            return;
        }
        failures.succeeded(address, header);
        RequestMarks.token(request, token.get().name());
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new TokenAuthentication(token.get(), address));
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
    }

    private static String why(Optional<AccessToken> token) {
        return token.map(known -> "the token '" + known.name() + "' is "
                        + (known.revokedAt() != null ? "revoked" : "expired since " + known.expiresAt()))
                .orElse("the Authorization header is not 'Bearer' and one token that the service knows");
    }

    private static void refuse(
            HttpServletRequest request, HttpServletResponse response, HttpStatus status, FailureCode code, String why)
            throws IOException {
        ProblemDocument.of(status, code, why + ". Nothing was done. `nightshift token create` makes a token")
                .write(request, response);
    }
}
