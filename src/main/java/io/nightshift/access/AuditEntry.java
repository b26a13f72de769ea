package io.nightshift.access;

import io.nightshift.failure.FailureCode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did, or tried to do, by the endpoint. The database adds its time.
 *
 * @param who the token's name, or that there was none
 * @param address where the request came from
 * @param code why it was refused, or null where it was not
 * @param requestId also in the answer and in the log
 */
public record AuditEntry(
        String who,
        String address,
        String method,
        String path,
        int status,
        @Nullable FailureCode code,
        UUID requestId) {}
