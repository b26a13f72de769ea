package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the steps of a request tell each other about it. */
final class RequestMarks {

    private static final String PREFIX = RequestMarks.class.getName() + ".";
    private static final String ID = PREFIX + "id";
    private static final String TOKEN = PREFIX + "token";
    private static final String FAILURE = PREFIX + "failure";
    private static final String UNAUDITED = PREFIX + "unaudited";

    private RequestMarks() {}

    static UUID assignId(HttpServletRequest request) {
        UUID id = UUID.randomUUID();
        request.setAttribute(ID, id);
        return id;
    }

    static String id(HttpServletRequest request) {
        return String.valueOf(request.getAttribute(ID));
    }

    static void token(HttpServletRequest request, String name) {
        request.setAttribute(TOKEN, name);
    }

    static @Nullable String token(HttpServletRequest request) {
        return (String) request.getAttribute(TOKEN);
    }

    static void failure(HttpServletRequest request, FailureCode code) {
        request.setAttribute(FAILURE, code);
    }

    static @Nullable FailureCode failure(HttpServletRequest request) {
        return (FailureCode) request.getAttribute(FAILURE);
    }

    /** For one of many like it: the audit must not be filled by somebody who is not let in. */
    static void unaudited(HttpServletRequest request) {
        request.setAttribute(UNAUDITED, true);
    }

    static boolean isUnaudited(HttpServletRequest request) {
        return request.getAttribute(UNAUDITED) != null;
    }
}
