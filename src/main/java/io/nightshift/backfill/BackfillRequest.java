package io.nightshift.backfill;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants runs for.
 *
 * @param job its name
 * @param from the first logical date
 * @param to no logical date is later
 * @param every the step between dates: {@code 1d}, {@code 6h}, {@code P1M}
 * @param parallel most of its runs at once
 * @param model in place of the job's, or null
 * @param parameters texts by parameter name, with expressions of the logical date
 */
public record BackfillRequest(
        String job,
        LocalDateTime from,
        LocalDateTime to,
        String every,
        int parallel,
        Selection selection,
        @Nullable String model,
        Map<String, String> parameters) {

    /** The usual step between dates. */
    public static final String DAILY = "1d";

    private static final LocalTime END_OF_DAY = LocalTime.of(23, 59, 59);

    public BackfillRequest {
        parameters = Map.copyOf(parameters);
    }

    /**
     * The first logical date as people give it: a date, or a date and time.
     *
     * @param name what gives it, for the message
     * @throws NightshiftException USAGE
     */
    public static LocalDateTime first(String name, String text) {
        return date(name, text, LocalTime.MIDNIGHT);
    }

    /** The latest that a logical date may be, as people give it: a date without a time is the whole day. */
    public static LocalDateTime last(String name, String text) {
        return date(name, text, END_OF_DAY);
    }

    private static LocalDateTime date(String name, String text, LocalTime time) {
        try {
            return text.contains("T")
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).atTime(time);
        } catch (DateTimeParseException e) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    name + " '" + text + "' is neither a date (2001-03-05) nor a date and time (2001-03-05T02:00)."
                            + " Nothing was queued",
                    e);
        }
    }

    /** Which of the dates get a run. */
    public enum Selection {
        /** Those without a complete run of the same definition and model. */
        MISSING,
        /** Those whose last run failed or was stopped; it goes on where its definition is the same. */
        FAILED,
        /** Every one, whatever there is. */
        ALL
    }
}
