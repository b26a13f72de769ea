package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** What comes from outside and goes into the database, into logs and onto terminals. */
final class Texts {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Texts() {}

    /**
     * @throws NightshiftException REQUEST_INVALID where a text has control characters or halves of characters
     */
    static void requirePlain(@Nullable String text) {
        if (text == null) {
            return;
        }
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (!whole || text.chars().anyMatch(Character::isISOControl)) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "a text has control characters, such as a line break or a NUL, or half of a character; allowed is plain"
                            + " text. Nothing was done");
        }
    }

    /**
     * A moment of a filter; null where there is none.
     *
     * @throws NightshiftException REQUEST_INVALID
     */
    static @Nullable Instant instant(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant time = Instant.parse(text);
            requireKept(name, time);
            return time;
        } catch (DateTimeParseException e) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    name + " is '" + text + "'; allowed is an instant such as 2001-03-05T02:30:00Z",
                    e);
        }
    }

    /**
     * @throws NightshiftException REQUEST_INVALID where a database would compare another time in its place
     */
    private static void requireKept(String name, Instant time) {
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID, name + " is " + time + "; allowed are the years 1 to 9999");
        }
    }
}
