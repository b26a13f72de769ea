package io.nightshift.backfill;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logical dates in equal steps. Immutable.
 *
 * @param first the first date
 * @param last no date is later
 * @param every days, weeks, months or years on the calendar, or hours, minutes or seconds
 */
record LogicalDates(LocalDateTime first, LocalDateTime last, TemporalAmount every) {

    /** Most dates of one backfill. */
    static final int MOST = 100_000;

    private static final int FIRST_YEAR = 1;
    private static final int LAST_YEAR = 9999;

    private static final Pattern SHORT = Pattern.compile("([1-9][0-9]{0,5})([smhdw])");

    /**
     * @param every such as {@code 1d}, {@code 6h}, {@code P1M}, {@code PT90M}
     * @throws NightshiftException USAGE
     */
    static LogicalDates of(LocalDateTime first, LocalDateTime last, String every) {
        for (LocalDateTime date : List.of(first, last)) {
            if (date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR) {
                throw new NightshiftException(
                        FailureCode.USAGE,
                        "the logical date " + date + " is not in the years 1 to 9999. Nothing was queued");
            }
        }
        if (last.isBefore(first)) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "a backfill from " + first + " to " + last + " has no dates: it ends before it begins. Nothing was"
                            + " queued");
        }
        return new LogicalDates(first, last, step(every));
    }

    private static TemporalAmount step(String text) {
        Matcher matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            int amount = Integer.parseInt(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                case "d" -> Period.ofDays(amount);
                default -> Period.ofWeeks(amount);
            };
        }
        try {
            TemporalAmount step = text.startsWith("PT") ? Duration.parse(text) : Period.parse(text);
            if (step instanceof Duration duration
                    ? duration.toSeconds() > 0 && duration.getNano() == 0
                    : !((Period) step).isNegative() && !((Period) step).isZero()) {
                return step;
            }
        } catch (DateTimeException e) {
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static NightshiftException refused(String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.USAGE,
                "'" + text
                        + "' is no step between dates; write 1d, 6h, 30m, 1w, or an ISO step of whole seconds such as P1M"
                        + " or PT90M. Nothing was queued",
                cause);
    }

    /**
     * All of them, oldest first.
     *
     * @throws NightshiftException USAGE where there are more than {@link #MOST}
     */
    List<LocalDateTime> list() {
        List<LocalDateTime> dates = new ArrayList<>();
        for (LocalDateTime date = first; !date.isAfter(last); date = at(dates.size())) {
            if (dates.size() == MOST) {
                throw new NightshiftException(
                        FailureCode.USAGE,
                        "from " + first + " to " + last + " every " + every + " there are more than " + MOST
                                + " dates, the most of one backfill; its " + MOST + "th is "
                                + dates.get(dates.size() - 1)
                                + ". Give a shorter time or a longer step; nothing was queued");
            }
            dates.add(date);
        }
        return dates;
    }

    /** Counted from the first, so that months after the 31st do not become shorter for good. */
    private LocalDateTime at(int step) {
        try {
            return first.plus(
                    every instanceof Period period ? period.multipliedBy(step) : ((Duration) every).multipliedBy(step));
        } catch (DateTimeException | ArithmeticException e) {
            return LocalDateTime.MAX;
        }
    }
}
