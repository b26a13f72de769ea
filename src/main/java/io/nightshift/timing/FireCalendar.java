package io.nightshift.timing;

import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which days a schedule leaves out: days off of its calendars, and days that its rule does not take. A business day is
 * one that is neither a weekend nor off in any of the calendars. Immutable and thread-safe.
 */
public final class FireCalendar {

    /** Leaves out no day. */
    public static final FireCalendar NONE = new FireCalendar(List.of(), null, Set.of());

    private static final Key<DayRule> ONLY = Key.optional(
            "only",
            Formats.oneOf(DayRule.class),
            "The only days on which something happens; first and last are those of the month where no other span is named. A"
                    + " business day is no weekend and no day off of the calendars. Default: every day.");
    private static final Key<List<DayOfWeek>> WEEKEND = Key.optional(
            "weekend",
            Formats.list(Formats.word(daysOfWeek()), 0),
            List.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
            "[SAT, SUN]",
            "The days of the week that are no business days.");

    private final List<DayCalendar> exclude;
    private final @Nullable DayRule only;
    private final Set<DayOfWeek> weekend;

    private FireCalendar(List<DayCalendar> exclude, @Nullable DayRule only, Set<DayOfWeek> weekend) {
        this.exclude = List.copyOf(exclude);
        this.only = only;
        this.weekend = weekend.isEmpty() ? EnumSet.noneOf(DayOfWeek.class) : EnumSet.copyOf(weekend);
    }

    /**
     * How it is written in a schedule file.
     *
     * @param files where calendar files are read, as soon as they are named
     */
    public static ValueFormat<FireCalendar> format(CalendarFiles files) {
        Key<List<DayCalendar>> exclude = Key.optional(
                "exclude",
                Formats.oneOrMore(new CalendarReference(files)),
                List.of(),
                "none",
                "Calendars on whose days off nothing happens: `holidays/DE` and `holidays/DE-BY` for public holidays of a"
                        + " country and its parts, or the path of a calendar file.");
        return MappingFormat.of(
                "the calendar rule",
                List.of(exclude, ONLY, WEEKEND),
                keys -> new FireCalendar(keys.get(exclude), keys.find(ONLY), Set.copyOf(keys.get(WEEKEND))));
    }

    private static Map<String, DayOfWeek> daysOfWeek() {
        Map<String, DayOfWeek> days = new LinkedHashMap<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            days.put(day.name().substring(0, 3).toUpperCase(Locale.ROOT), day);
        }
        return days;
    }

    /** Why nothing happens on a day, or empty where it does. */
    Optional<String> excluded(LocalDate day) {
        Optional<String> off = dayOff(day);
        if (off.isPresent() || only == null || only.takes(day, this::isBusinessDay)) {
            return off;
        }
        return Optional.of("not " + only.words());
    }

    private boolean isBusinessDay(LocalDate day) {
        return !weekend.contains(day.getDayOfWeek()) && dayOff(day).isEmpty();
    }

    private Optional<String> dayOff(LocalDate day) {
        return exclude.stream()
                .map(calendar -> calendar.dayOff(day).orElse(null))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** For people, to stand behind a timing's words; empty where no day is left out. */
    String words() {
        String days = only == null ? "" : ", only on " + only.words();
        return exclude.isEmpty()
                ? days
                : days + ", not on days off in "
                        + exclude.stream().map(DayCalendar::name).collect(Collectors.joining(", "));
    }
}
