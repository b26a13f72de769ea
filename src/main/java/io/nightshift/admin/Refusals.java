package io.nightshift.admin;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import io.nightshift.failure.FailureCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Tells whoever is not let in why: no token, the wrong role, or nothing there. Without a token nothing is told of routes. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        ProblemDocument.of(
                        HttpStatus.UNAUTHORIZED,
                        FailureCode.TOKEN_INVALID,
                        "the request carries no token; send 'Authorization: Bearer nst_...'. Nothing was done. `nightshift"
                                + " token create` makes a token")
                .write(request, response);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        List<Route> here = Route.ALL.stream()
                .filter(route -> pathPattern(route.pattern()).matches(request))
                .toList();
        List<String> methods =
                here.stream().map(route -> route.method().name()).distinct().toList();
        if (here.isEmpty()) {
            ProblemDocument.of(
                            HttpStatus.NOT_FOUND,
                            FailureCode.REQUEST_INVALID,
                            "there is nothing at this path; " + Route.API
                                    + "/openapi.json says what there is. Nothing was" + " done")
                    .write(request, response);
        } else if (!methods.contains(request.getMethod())) {
            response.setHeader("Allow", String.join(", ", methods));
            ProblemDocument.of(
                            HttpStatus.METHOD_NOT_ALLOWED,
                            FailureCode.REQUEST_INVALID,
                            request.getMethod() + " is not allowed at this path; allowed is "
                                    + String.join(", ", methods) + ". Nothing was done")
                    .write(request, response);
        } else {
            ProblemDocument.of(
                            HttpStatus.FORBIDDEN,
                            FailureCode.ROLE_MISSING,
                            "this needs a token with the role operator, and the request's has the role viewer. Nothing was"
                                    + " done")
                    .write(request, response);
        }
    }
}
