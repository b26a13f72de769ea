package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunSearch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page of a list of runs begins, as a text that clients send back and need not understand. It holds for the filter of
 * its page alone. New runs do not shift it: it names a run, not a number of runs.
 */
final class Cursor {

    private static final int LONGEST = 200;

    private Cursor() {}

    static String of(RunSearch.Position position, String filter) {
        String text = position.createdAt().toEpochMilli() + ":" + position.run() + ":" + fingerprint(filter);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    static RunSearch.@Nullable Position parse(@Nullable String cursor, String filter) {
        if (cursor == null) {
            return null;
        }
        try {
            if (cursor.length() > LONGEST) {
                throw new IllegalArgumentException("too long");
            }
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(":", -1);
            if (parts.length != 3 || !parts[2].equals(fingerprint(filter))) {
                throw new IllegalArgumentException("of another list");
            }
            return new RunSearch.Position(
                    Instant.ofEpochMilli(Long.parseLong(parts[0])), new RunId(UUID.fromString(parts[1])));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one that this list gave, with the same filters; send 'next' of the page before as"
                            + " it is, or none for the first page",
                    e);
        }
    }

    private static String fingerprint(String filter) {
        return Integer.toHexString(filter.hashCode());
    }
}
