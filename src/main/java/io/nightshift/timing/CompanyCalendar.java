package io.nightshift.timing;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Days off that a YAML file lists.
 *
 * @param name as the file has it
 * @param daysOff in the order of the file
 */
record CompanyCalendar(String name, List<DayOff> daysOff) implements DayCalendar {

    private static final DateTimeFormatter STRICT =
            DateTimeFormatter.ISO_LOCAL_DATE.withResolverStyle(ResolverStyle.STRICT);
    private static final ValueFormat<LocalDate> DAY = Formats.text(
                    Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a date such as 2027-12-24")
            .as(CompanyCalendar::date);

    private static final Key<String> CALENDAR = Key.required(
            "calendar",
            Formats.text(
                    Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}"),
                    "a name of lower case letters, digits, '.', '_' and '-'"),
            "The calendar's name, for the reasons that previews and fires show.");
    private static final Key<String> DESCRIPTION =
            Key.optional("description", Formats.text(), "", "", "What the calendar is for, for people.");
    private static final Key<LocalDate> DATE = Key.optional("date", DAY, "One day.");
    private static final Key<LocalDate> FROM = Key.optional("from", DAY, "The first of several days; goes with `to`.");
    private static final Key<LocalDate> TO = Key.optional("to", DAY, "The last of several days, itself off.");
    private static final Key<MonthDay> YEARLY = Key.optional(
            "yearly",
            Formats.text(Pattern.compile("[0-9]{2}-[0-9]{2}"), "a month and a day such as \"12-24\"")
                    .as(CompanyCalendar::monthDay),
            "A day of every year, as month and day; 02-29 is off in leap years.");
    private static final Key<String> NAME = Key.required("name", Formats.text(), "Why the day is off.");
    private static final Key<List<DayOff>> DAYS_OFF = Key.required(
            "days_off",
            Formats.list(
                    MappingFormat.of("a day off", List.of(DATE, FROM, TO, YEARLY, NAME), CompanyCalendar::bind)
                            .exactlyOneOf(List.of(DATE, FROM, YEARLY)),
                    1),
            "The days off.");

    static final MappingFormat<CompanyCalendar> FORMAT = MappingFormat.of(
            "a calendar",
            List.of(CALENDAR, DESCRIPTION, DAYS_OFF),
            keys -> new CompanyCalendar(keys.get(CALENDAR), keys.get(DAYS_OFF)));

    record DayOff(String name, Predicate<LocalDate> days) {}

    CompanyCalendar {
        daysOff = List.copyOf(daysOff);
    }

    private static @Nullable DayOff bind(BoundMapping keys) {
        LocalDate date = keys.find(DATE);
        LocalDate from = keys.find(FROM);
        LocalDate to = keys.find(TO);
        MonthDay yearly = keys.find(YEARLY);
        if ((from == null) != (to == null)) {
            keys.problem(from == null ? "'to' goes with 'from'" : "'from' needs the last day too: add 'to'");
            return null;
        }
        if (from != null && to != null && to.isBefore(from)) {
            keys.problem(TO, "the last day " + to + " is before the first day " + from);
            return null;
        }
        String name = keys.get(NAME);
        if (date != null) {
            return new DayOff(name, date::equals);
        }
        return yearly != null
                ? new DayOff(name, day -> MonthDay.from(day).equals(yearly))
                : new DayOff(name, day -> !day.isBefore(from) && !day.isAfter(to));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text, STRICT);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("there is no such day in the calendar", e);
        }
    }

    private static MonthDay monthDay(String text) {
        try {
            return MonthDay.parse("--" + text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("there is no such day in the calendar", e);
        }
    }

    @Override
    public Optional<String> dayOff(LocalDate day) {
        return daysOff.stream()
                .filter(off -> off.days().test(day))
                .findFirst()
                .map(off -> "day off in " + name + ": " + off.name());
    }
}
