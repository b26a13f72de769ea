package io.nightshift.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as the database holds it: everything but its secret, of which only a digest is kept.
 *
 * @param name what people call it; never given twice, so that the audit can be read later
 * @param expiresAt null where it does not expire
 * @param revokedAt null where it is not revoked
 * @param expired by the clock of the database at the moment of the look
 */
public record AccessToken(
        String name,
        Role role,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        boolean expired) {

    public boolean usable() {
        return !expired && revokedAt == null;
    }
}
