package io.nightshift.admin;

import io.nightshift.failure.Suggestion;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in words of the request why its body cannot be read: the library's own words name classes. */
final class BodyFailure {

    private static final String OTHER_FORM = "not of the form that it has in the description of the API";

    private BodyFailure() {}

    static String words(@Nullable Throwable cause) {
        if (cause instanceof UnrecognizedPropertyException unknown) {
            Collection<Object> known =
                    unknown.getKnownPropertyIds() == null ? List.of() : unknown.getKnownPropertyIds();
            List<String> allowed = known.stream().map(String::valueOf).sorted().toList();
            return "the body has an unknown key '" + unknown.getPropertyName() + "'" + place(unknown)
                    + Suggestion.suffix(unknown.getPropertyName(), allowed) + "; allowed are "
                    + String.join(", ", allowed);
        }
        if (cause instanceof StreamConstraintsException limit) {
            return "the body is over a limit" + place(limit)
                    + ": values may be nested 32 deep, a text may have 65536 characters, a number 1000 digits";
        }
        if (cause instanceof StreamReadException read) {
            return "the body is no JSON" + place(read) + ", or has a key twice";
        }
        if (cause instanceof JacksonException wrong) {
            String path = wrong.getPath().stream()
                    .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                    .collect(Collectors.joining("."));
            return "the body's value" + (path.isEmpty() ? "" : " '" + path + "'") + place(wrong) + " is "
                    + (wrong instanceof MismatchedInputException mismatched ? form(mismatched) : OTHER_FORM);
        }
        return "the body is missing or cannot be read";
    }

    private static String form(MismatchedInputException wrong) {
        Class<?> type = wrong.getTargetType();
        if (type == LocalDateTime.class) {
            return "no date and time such as 2001-03-05T02:30";
        }
        if (type == Instant.class) {
            return "no instant such as 2001-03-05T02:30:00Z";
        }
        if (type == int.class || type == Integer.class) {
            return "missing, or no whole number of at most 9 digits";
        }
        return type == String.class ? "no text" : OTHER_FORM;
    }

    private static String place(JacksonException failure) {
        TokenStreamLocation location = failure.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
