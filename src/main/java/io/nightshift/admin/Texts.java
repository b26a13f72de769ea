package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts from outside that go into the database, into logs and onto terminals. */
final class Texts {

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
}
