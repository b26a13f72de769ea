package io.nightshift.admin;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Turns whatever a route throws into a problem document. Failures of the inside are logged here, once. */
@RestControllerAdvice
final class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler(Exception.class)
    void answer(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (thrown instanceof AsyncRequestNotUsableException || response.isCommitted()) {
            return;
        }
        Optional<NightshiftException> known = Causes.known(thrown);
        if (known.isEmpty() && thrown instanceof HttpMessageNotReadableException body) {
            invalid(HttpStatus.BAD_REQUEST, BodyFailure.words(body.getCause())).write(request, response);
        } else if (known.isEmpty() && thrown instanceof TypeMismatchException wrong) {
            invalid(
                            HttpStatus.BAD_REQUEST,
                            wrong.getPropertyName() + " is '" + wrong.getValue() + "'; allowed is "
                                    + form(wrong.getRequiredType()))
                    .write(request, response);
        } else if (known.isEmpty()
                && thrown instanceof ErrorResponse refused
                && !(thrown instanceof MissingRequestHeaderException)) {
            invalid(refused.getStatusCode(), said(refused)).write(request, response);
        } else {
            ProblemDocument problem = ProblemDocument.of(known.orElseGet(() -> ofInside(thrown)));
            if (problem.status().is5xxServerError()) {
                LOG.error("request failed request={} code={}", RequestMarks.id(request), problem.code(), thrown);
            }
            problem.write(request, response);
        }
    }

    /** Of what routes take as parameters: everything else is read from texts by themselves. */
    private static String form(@Nullable Class<?> type) {
        return type == boolean.class || type == Boolean.class ? "true or false" : "a whole number of at most 9 digits";
    }

    private static String said(ErrorResponse refused) {
        String detail = refused.getBody().getDetail();
        return detail == null ? "the request is refused" : detail.replaceFirst("\\.$", "");
    }

    private static ProblemDocument invalid(HttpStatusCode status, String message) {
        return ProblemDocument.of(status, FailureCode.REQUEST_INVALID, message + ". Nothing was done");
    }

    private static NightshiftException ofInside(Exception thrown) {
        return new NightshiftException(
                DatabaseFailure.state(thrown) == null ? FailureCode.DEFECT : FailureCode.DATABASE_FAILED,
                "a request failed: " + thrown,
                thrown);
    }
}
