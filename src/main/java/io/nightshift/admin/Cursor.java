package io.nightshift.admin;

import io.nightshift.alert.AlertLog;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunSearch;
import io.nightshift.schedule.Fire;
import io.nightshift.schedule.FireFilter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page of a list begins, as a text that clients send back and need not understand. It holds for the filter of its page
 * alone. What is new does not shift it: it names a row, not a number of rows.
 */
final class Cursor {

    private static final int LONGEST = 200;

    private Cursor() {}

    static String of(RunSearch.Position position, String filter) {
        return text(position.createdAt(), position.run().toString(), filter);
    }

    static String of(Fire fire, String filter) {
        return text(fire.fireTime(), fire.schedule(), filter);
    }

    static String of(AlertLog.Entry alert, String filter) {
        return text(alert.at(), alert.id() + "/" + alert.channel(), filter);
    }

    /** Of a row that is named by its number. */
    static String of(long number, Instant at, String filter) {
        return text(at, Long.toString(number), filter);
    }

    private static String text(Instant at, String name, String filter) {
        String text = micros(at) + ":" + name + ":" + fingerprint(filter);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    static RunSearch.@Nullable Position parse(@Nullable String cursor, String filter) {
        return parse(cursor, filter, (at, run) -> new RunSearch.Position(at, new RunId(UUID.fromString(run))));
    }

    static FireFilter.@Nullable Place parseFire(@Nullable String cursor, String filter) {
        return parse(cursor, filter, FireFilter.Place::new);
    }

    static @Nullable Long parseNumber(@Nullable String cursor, String filter) {
        return parse(cursor, filter, (at, number) -> Long.valueOf(number));
    }

    static AlertLog.@Nullable Place parseAlert(@Nullable String cursor, String filter) {
        return parse(cursor, filter, (at, name) -> {
            int slash = name.indexOf('/');
            return new AlertLog.Place(at, UUID.fromString(name.substring(0, slash)), name.substring(slash + 1));
        });
    }

    private static <T> @Nullable T parse(@Nullable String cursor, String filter, BiFunction<Instant, String, T> place) {
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
            return place.apply(instant(Long.parseLong(parts[0])), parts[1]);
        } catch (IllegalArgumentException | DateTimeException | StringIndexOutOfBoundsException e) {
            throw new NightshiftException(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one that this list gave, with the same filters; send 'next' of the page before as"
                            + " it is, or none for the first page",
                    e);
        }
    }

    /** As fine as the database keeps it. */
    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String fingerprint(String filter) {
        return Integer.toHexString(filter.hashCode());
    }
}
