package io.nightshift.admin;

import io.nightshift.access.IdempotencyKeys;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/** Does what a request asks for, once for each {@code Idempotency-Key} that it may have. Thread-safe. */
final class OnceByKey {

    static final String HEADER = "Idempotency-Key";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final IdempotencyKeys keys;

    OnceByKey(IdempotencyKeys keys) {
        this.keys = keys;
    }

    /**
     * Does the work unless an earlier request did.
     *
     * @param key null where the request has none
     * @param canonical the same for every spelling of the same request
     * @param work makes something and names it
     * @throws NightshiftException REQUEST_INVALID, KEY_REUSED; whatever the work throws
     */
    IdempotencyKeys.Answer answer(
            TokenAuthentication caller, @Nullable String key, byte[] canonical, Supplier<String> work) {
        if (key == null) {
            return new IdempotencyKeys.Answer(work.get(), false);
        }
        if (!KEY.matcher(key).matches()) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "the " + HEADER + " is not 1 to 200 visible characters of ASCII. Nothing was started");
        }
        return keys.once(caller.getName(), key, canonical, work);
    }

    /** Says in an answer that it is an earlier request's. */
    static ResponseEntity.BodyBuilder marked(ResponseEntity.BodyBuilder answer, boolean repeated) {
        return repeated ? answer.header("Idempotent-Replayed", "true") : answer;
    }
}
