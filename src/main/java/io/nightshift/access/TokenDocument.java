package io.nightshift.access;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of a token, whoever prints or sends them. Never its secret. */
public final class TokenDocument {

    private TokenDocument() {}

    public static Map<String, @Nullable Object> of(AccessToken token) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", token.name());
        document.put("role", token.role().name().toLowerCase(Locale.ROOT));
        document.put("created", token.createdAt().toString());
        document.put("created_by", token.createdBy());
        document.put("expires", text(token.expiresAt()));
        document.put("revoked", text(token.revokedAt()));
        document.put("state", token.revokedAt() != null ? "revoked" : token.expired() ? "expired" : "good");
        return document;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
