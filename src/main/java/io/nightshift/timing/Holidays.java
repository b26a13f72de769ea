package io.nightshift.timing;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import io.nightshift.failure.Suggestion;
import java.time.LocalDate;
import java.time.Year;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The public holidays of a country, a part of it, or an exchange, as jollyday has them: the day itself, and the working
 * day on which it is observed instead.
 */
final class Holidays implements DayCalendar {

    static final String PREFIX = "holidays/";

    private static final Map<String, Holidays> KNOWN = new ConcurrentHashMap<>();

    private final String code;
    private final HolidayManager manager;
    private final String[] parts;
    private final Map<Integer, Map<LocalDate, String>> years = new ConcurrentHashMap<>();

    private Holidays(String code, HolidayManager manager, String[] parts) {
        this.code = code;
        this.manager = manager;
        this.parts = parts;
    }

    /**
     * @param code {@code DE}, {@code DE-BY} or {@code DE-BY-AG}
     * @throws IllegalArgumentException for a code that is unknown, with the nearest one
     */
    static Holidays of(String code) {
        return KNOWN.computeIfAbsent(code.toUpperCase(Locale.ROOT), Holidays::load);
    }

    private static Holidays load(String code) {
        Set<String> countries = new TreeSet<>(HolidayManager.getSupportedCalendarCodes());
        List<String> steps = List.of(code.split("-", -1));
        String country = steps.get(0);
        if (!countries.contains(country)) {
            throw new IllegalArgumentException("there are no holidays of '" + country + "', only of "
                    + String.join(", ", countries) + Suggestion.suffix(country, countries));
        }
        HolidayManager manager = HolidayManager.getInstance(ManagerParameters.create(country.toLowerCase(Locale.ROOT)));
        CalendarHierarchy place = manager.getCalendarHierarchy();
        String known = country;
        for (String step : steps.subList(1, steps.size())) {
            Map<String, CalendarHierarchy> children = place.getChildren();
            CalendarHierarchy child = children.get(step.toLowerCase(Locale.ROOT));
            if (child == null) {
                throw new IllegalArgumentException(
                        "there are no holidays of '" + code + "'; " + parts(known, children));
            }
            known += "-" + step;
            place = child;
        }
        String[] parts = steps.stream()
                .skip(1)
                .map(step -> step.toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        return new Holidays(code, manager, parts);
    }

    private static String parts(String code, Map<String, CalendarHierarchy> children) {
        if (children.isEmpty()) {
            return code + " has no parts with holidays of their own";
        }
        Set<String> names = new TreeSet<>();
        children.keySet().forEach(child -> names.add(child.toUpperCase(Locale.ROOT)));
        return code + " has the parts " + String.join(", ", names);
    }

    @Override
    public String name() {
        return PREFIX + code;
    }

    @Override
    public Optional<String> dayOff(LocalDate day) {
        String holiday = years.computeIfAbsent(day.getYear(), this::load).get(day);
        return Optional.ofNullable(holiday).map(name -> "holiday in " + code + ": " + name);
    }

    /** With the neighbouring years, whose holidays may be observed in this one. */
    private Map<LocalDate, String> load(int year) {
        Map<LocalDate, String> days = new HashMap<>();
        for (int of = year - 1; of <= year + 1; of++) {
            for (Holiday holiday : manager.getHolidays(Year.of(of), parts)) {
                if (holiday.getType() != HolidayType.OBSERVANCE) {
                    String name = holiday.getDescription(Locale.ENGLISH);
                    holiday.getObservedDate().ifPresent(observed -> days.putIfAbsent(observed, name + " (observed)"));
                    days.put(holiday.getActualDate(), name);
                }
            }
        }
        days.keySet().removeIf(day -> day.getYear() != year);
        return Map.copyOf(days);
    }
}
