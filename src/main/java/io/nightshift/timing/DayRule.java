package io.nightshift.timing;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The only days on which a schedule is due, by the business days of its calendar. */
enum DayRule {
    BUSINESS_DAY(day -> day, day -> day),
    FIRST_BUSINESS_DAY(day -> day.withDayOfMonth(1), DayRule::lastOfMonth),
    LAST_BUSINESS_DAY(day -> day.withDayOfMonth(1), DayRule::lastOfMonth),
    FIRST_BUSINESS_DAY_OF_WEEK(DayRule::firstOfWeek, day -> firstOfWeek(day).plusDays(6)),
    LAST_BUSINESS_DAY_OF_WEEK(DayRule::firstOfWeek, day -> firstOfWeek(day).plusDays(6)),
    FIRST_BUSINESS_DAY_OF_QUARTER(DayRule::firstOfQuarter, DayRule::lastOfQuarter),
    LAST_BUSINESS_DAY_OF_QUARTER(DayRule::firstOfQuarter, DayRule::lastOfQuarter);

    private final UnaryOperator<LocalDate> start;
    private final UnaryOperator<LocalDate> end;

    DayRule(UnaryOperator<LocalDate> start, UnaryOperator<LocalDate> end) {
        this.start = start;
        this.end = end;
    }

    /** Whether a day is one of them. */
    boolean takes(LocalDate day, Predicate<LocalDate> businessDays) {
        if (!businessDays.test(day)) {
            return false;
        }
        LocalDate first = name().startsWith("LAST") ? day.plusDays(1) : start.apply(day);
        LocalDate last = name().startsWith("LAST") ? end.apply(day) : day.minusDays(1);
        return this == BUSINESS_DAY || first.datesUntil(last.plusDays(1)).noneMatch(businessDays);
    }

    /** For people: {@code "the last business day of the month"}. */
    String words() {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ').replace(" of ", " of the ");
        if (this == BUSINESS_DAY) {
            return "a " + words;
        }
        return "the " + words + (words.contains(" of ") ? "" : " of the month");
    }

    private static LocalDate lastOfMonth(LocalDate day) {
        return day.with(TemporalAdjusters.lastDayOfMonth());
    }

    private static LocalDate firstOfWeek(LocalDate day) {
        return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    private static LocalDate firstOfQuarter(LocalDate day) {
        return day.with(IsoFields.DAY_OF_QUARTER, 1);
    }

    private static LocalDate lastOfQuarter(LocalDate day) {
        return firstOfQuarter(day).plusMonths(2).with(TemporalAdjusters.lastDayOfMonth());
    }
}
