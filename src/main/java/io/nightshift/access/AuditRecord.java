package io.nightshift.access;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit as it is stored.
 *
 * @param number grows with each entry, with gaps
 * @param at by the database's clock
 * @param sha256 of the entry and the one before it; null for entries from before there were digests
 */
public record AuditRecord(
        long number, Instant at, AuditEntry entry, @Nullable String sha256) {

    /** What JSON documents say of it. */
    public Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("entry", number);
        document.put("at", at.toString());
        document.put("who", entry.who());
        document.put("address", entry.address());
        document.put("method", entry.method());
        document.put("path", entry.path());
        document.put("status", entry.status());
        document.put("code", entry.code() == null ? null : entry.code().name());
        document.put("request", entry.requestId().toString());
        document.put("sha256", sha256);
        return document;
    }
}
