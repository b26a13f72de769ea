package io.nightshift.admin;

import io.nightshift.access.AuditLog;
import io.nightshift.access.AuditRecord;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists what was done by the endpoint, newest first, page by page, and looks whether the record of it is whole. */
@RestController
final class AuditController {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final AuditLog audit;

    AuditController(AuditLog audit) {
        this.audit = audit;
    }

    @GetMapping(Route.API + "/audit")
    Map<String, @Nullable Object> list(
            @RequestParam(required = false) @Nullable String who,
            @RequestParam(required = false) @Nullable String path,
            @RequestParam(required = false) @Nullable Boolean refused,
            @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        Page.requireLimit(limit);
        Texts.requirePlain(who);
        Texts.requirePlain(path);
        Instant from = Texts.instant("since", since);
        Instant to = Texts.instant("until", until);
        String fingerprint = new AuditLog.Filter(who, path, refused, from, to, null, 0).toString();
        List<AuditRecord> found = audit.list(
                new AuditLog.Filter(who, path, refused, from, to, Cursor.parseNumber(cursor, fingerprint), limit + 1));
        return Page.of(
                "audit", found, limit, AuditRecord::document, last -> Cursor.of(last.number(), last.at(), fingerprint));
    }

    @GetMapping(Route.API + "/audit/chain")
    Map<String, @Nullable Object> chain(@RequestParam(required = false) @Nullable String known) {
        if (known != null && !DIGEST.matcher(known).matches()) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID, "known is no head of the audit; allowed are 64 digits of 0-9 and a-f");
        }
        return audit.check(known).document();
    }
}
