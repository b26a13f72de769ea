package io.nightshift.access;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a walk along the digests of the audit found.
 *
 * @param entries how many have a digest
 * @param older how many are from before there were digests
 * @param head the newest digest; empty where there is none. Kept elsewhere, it shows later that nothing was written anew
 * @param problem what does not fit, and where; null where everything does
 */
public record AuditChain(
        long entries, long older, String head, @Nullable String problem) {

    /** What JSON documents say of it. */
    public Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("whole", problem == null);
        document.put("entries", entries);
        document.put("older", older);
        document.put("head", head);
        document.put("problem", problem);
        return document;
    }

    /** Each part with its length: no two entries have the same text. */
    static String digest(String before, Instant at, AuditEntry entry) {
        StringBuilder text = new StringBuilder();
        for (String part : new String[] {
            before,
            at.toString(),
            entry.who(),
            entry.address(),
            entry.method(),
            entry.path(),
            Integer.toString(entry.status()),
            entry.code() == null ? "" : entry.code().name(),
            entry.requestId().toString()
        }) {
            text.append(part.length()).append(':').append(part);
        }
        return Digest.sha256(text.toString());
    }

    /** Takes the entries as they were added and remembers the first that does not fit. For one thread. */
    static final class Walk {

        private final @Nullable String known;
        private boolean knownSeen;
        private String before = "";
        private long entries;
        private long older;
        private @Nullable String problem;

        Walk(@Nullable String known) {
            this.known = known;
        }

        void add(AuditRecord each) {
            String stored = each.sha256();
            if (stored == null) {
                if (entries == 0) {
                    older++;
                } else if (problem == null) {
                    problem = "entry " + each.number() + " of " + each.at() + " has lost its digest, or was put in";
                }
                return;
            }
            entries++;
            if (problem == null && !digest(before, each.at(), each.entry()).equals(stored)) {
                problem = "entry " + each.number() + " of " + each.at()
                        + " is not as it was written, or one before it is gone";
            }
            before = stored;
            knownSeen |= before.equals(known);
        }

        AuditChain end(String head, long count) {
            if (problem == null && (count != entries || !before.equals(head))) {
                problem = "there are " + entries + " entries, and " + count
                        + " were written: the newest are gone, or others were added";
            }
            if (problem == null && known != null && !knownSeen) {
                problem = "no entry has the digest " + known + ": what there was then has been written anew";
            }
            return new AuditChain(entries, older, before, problem);
        }
    }
}
