package io.nightshift.remote;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads an answer: the document, or the failure that its problem document describes. */
final class ServiceAnswer {

    private static final String PROBLEM = "application/problem+json";

    private ServiceAnswer() {}

    static JsonNode read(ServiceAddress address, HttpResponse<byte[]> answer) {
        String type =
                answer.headers().firstValue("Content-Type").orElse("no type").toLowerCase(Locale.ROOT);
        boolean problem = type.startsWith(PROBLEM);
        boolean success = answer.statusCode() >= 200 && answer.statusCode() < 300;
        JsonNode document = problem || type.startsWith("application/json") ? parsed(answer.body()) : null;
        if (document != null && success && !problem) {
            return document;
        }
        if (document != null && problem && document.path("code").isString()) {
            throw failure(document);
        }
        String location = answer.headers()
                .firstValue("Location")
                .filter(place -> answer.statusCode() >= 300 && answer.statusCode() < 400)
                .map(place -> ", which leads to " + place)
                .orElse("");
        throw new NightshiftException(
                FailureCode.SERVICE_UNREACHABLE,
                "what answers at " + address + " is no Nightshift: " + answer.statusCode() + " with " + type + location
                        + ". See that the address is the service's, and what a proxy before it says");
    }

    private static @Nullable JsonNode parsed(byte[] body) {
        try {
            JsonNode document = JsonMapper.shared().readTree(body);
            return document.isObject() ? document : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static NightshiftException failure(JsonNode document) {
        FailureCode code = code(document);
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : document.path("problems")) {
            problems.add(new Problem(
                    problem.path("file").asString(""),
                    problem.path("line").asInt(0),
                    problem.path("column").asInt(0),
                    problem.path("message").asString("")));
        }
        if (code == FailureCode.DEFINITION_INVALID && !problems.isEmpty()) {
            return NightshiftException.invalidDefinitions(problems);
        }
        boolean logged =
                switch (code.kind()) {
                    case EXTERNAL, INTERNAL -> document.path("request").isString();
                    case USER, DATA, MODEL -> false;
                };
        String where =
                document.path("where").isString() ? document.path("where").asString() : null;
        String detail = document.path("detail").asString("the service says no more");
        return new NightshiftException(
                code,
                logged ? detail + ", for request " + document.path("request").asString() : detail,
                where,
                null);
    }

    /** A code that is newer than this program is told by who can mend it. */
    private static FailureCode code(JsonNode document) {
        String name = document.path("code").asString("");
        return Arrays.stream(FailureCode.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElse(
                        document.path("kind").asString("").equals("user")
                                ? FailureCode.REQUEST_INVALID
                                : FailureCode.SERVICE_UNREACHABLE);
    }
}
