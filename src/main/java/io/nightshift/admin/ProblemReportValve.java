package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import java.io.IOException;
import java.io.Writer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;

/**
 * Answers what never reached the service's own code: a request line or header that the web server refuses. The web server makes it by
 * its name.
 */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemReportValve.class);
    private static final int FIRST_OF_SERVER = 500;

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        if (failure != null) {
            LOG.error("request failed outside of the service path={}", request.getRequestURI(), failure);
        }
        ProblemDocument problem = status >= FIRST_OF_SERVER
                ? ProblemDocument.of(
                        HttpStatusCode.valueOf(status),
                        FailureCode.DEFECT,
                        "an unexpected failure of the service; please report it. What is committed is kept")
                : ProblemDocument.of(
                        HttpStatusCode.valueOf(status),
                        FailureCode.REQUEST_INVALID,
                        "the request is not one of HTTP that the service takes: its line, its path or its headers are"
                                + " malformed or too long. Nothing was done");
        try {
            response.setContentType(ProblemDocument.MEDIA_TYPE);
            response.setCharacterEncoding("utf-8");
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(problem.json(response.getHeader("X-Request-Id")));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("no answer could be given any more", e);
        }
    }
}
