package io.nightshift.cli;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.jdbc.DatabaseFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says on the error stream what went wrong: lines for people, or one JSON object. A stack trace only where asked for. */
final class FailureReport {

    private final Terminal terminal;

    FailureReport(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Reports whatever a command threw and returns how the process ends. */
    ExitCode report(Throwable thrown, boolean json, boolean debug) {
        NightshiftException failure = known(thrown);
        if (json) {
            Map<String, @Nullable Object> document =
                    document(failure.code(), String.valueOf(failure.getMessage()), failure.where(), failure.problems());
            if (debug) {
                document.put("trace", trace(thrown));
            }
            terminal.warnJson(document);
        } else {
            terminal.warn(text(failure));
            if (debug) {
                terminal.warn(trace(thrown));
            }
        }
        return ExitCode.of(failure.code());
    }

    /** The JSON object of a failure; {@code problems} is there for definition files only. */
    static Map<String, @Nullable Object> document(
            FailureCode code, String message, @Nullable String where, List<Problem> problems) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("code", code.name());
        document.put("kind", code.kind().name().toLowerCase(Locale.ROOT));
        document.put("message", message);
        document.put("where", where);
        if (!problems.isEmpty()) {
            document.put("problems", problems);
        }
        return document;
    }

    private static String text(NightshiftException failure) {
        StringBuilder text = new StringBuilder();
        if (!failure.problems().isEmpty()) {
            int count = failure.problems().size();
            return text.append(failure.getMessage())
                    .append('\n')
                    .append(count == 1 ? "1 problem" : count + " problems")
                    .append("; nothing was started")
                    .toString();
        }
        text.append(failure.code()).append(": ");
        String message = String.valueOf(failure.getMessage());
        String where = failure.where();
        if (where != null && !message.contains(where)) {
            text.append(where).append(": ");
        }
        return text.append(message).toString();
    }

    private static NightshiftException known(Throwable thrown) {
        return Causes.known(thrown)
                .or(() -> ofDatabase(thrown))
                .orElseGet(() -> new NightshiftException(
                        FailureCode.DEFECT,
                        "an unexpected failure: " + thrown + "; please report it with the trace that --debug prints",
                        thrown));
    }

    private static Optional<NightshiftException> ofDatabase(Throwable thrown) {
        return DatabaseFailure.state(thrown) != null
                ? Optional.of(new NightshiftException(
                        FailureCode.DATABASE_FAILED,
                        "the database of runs or results refused: " + DatabaseFailure.message(thrown)
                                + "; what is committed is kept",
                        thrown))
                : Optional.empty();
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString().stripTrailing();
    }
}
