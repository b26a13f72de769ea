package io.nightshift.timing;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** A crontab line in words. */
final class CronWords {

    private static final int MOST_TIMES = 6;
    private static final List<String> ORDINALS = List.of("first", "second", "third", "fourth", "fifth");

    private final Map<CronField, NavigableSet<Integer>> values;
    private final String dayOfMonth;
    private final String dayOfWeek;
    private final boolean both;

    /**
     * @param values of the fields, but those of a day in Quartz's notation
     * @param both whether a day must fit both the day of the month and the day of the week
     */
    CronWords(Map<CronField, NavigableSet<Integer>> values, String dayOfMonth, String dayOfWeek, boolean both) {
        this.values = values;
        this.dayOfMonth = dayOfMonth;
        this.dayOfWeek = dayOfWeek;
        this.both = both;
    }

    String words() {
        return times() + " " + days() + months();
    }

    private String times() {
        NavigableSet<Integer> minutes = of(CronField.MINUTE);
        NavigableSet<Integer> hours = of(CronField.HOUR);
        if (minutes.size() * hours.size() <= MOST_TIMES) {
            List<String> times = new ArrayList<>();
            hours.forEach(hour -> minutes.forEach(minute -> times.add(time(hour, minute))));
            return "at " + join(times);
        }
        String when;
        if (minutes.size() == 60) {
            when = "every minute";
        } else if (minutes.size() == 1) {
            when = "at minute " + minutes.first();
        } else if (minutes.first() == 0 && step(minutes) > 0 && minutes.last() + step(minutes) == 60) {
            when = "every " + step(minutes) + " minutes";
        } else {
            when = "at the minutes "
                    + join(minutes.stream().map(String::valueOf).toList());
        }
        return when + hours(hours);
    }

    private static String hours(NavigableSet<Integer> hours) {
        if (hours.size() == 24) {
            return " of every hour";
        }
        int step = step(hours);
        if (step > 1 && hours.first() == 0 && hours.last() + step == 24) {
            return " of every " + step + (step == 2 ? "nd" : step == 3 ? "rd" : "th") + " hour from midnight";
        }
        return " of the hours " + listed(hours, hour -> Integer.toString(hour));
    }

    private String days() {
        boolean anyDayOfMonth = isUnrestricted(CronField.DAY_OF_MONTH, dayOfMonth);
        boolean anyDayOfWeek = isUnrestricted(CronField.DAY_OF_WEEK, dayOfWeek);
        if (anyDayOfMonth && anyDayOfWeek) {
            return "every day";
        }
        if (anyDayOfWeek) {
            return daysOfMonth();
        }
        return anyDayOfMonth ? daysOfWeek() : daysOfMonth() + (both ? " where it is " : " or ") + daysOfWeek();
    }

    private boolean isUnrestricted(CronField field, String text) {
        return text.startsWith("*") && of(field).equals(field.all());
    }

    private String daysOfMonth() {
        if (dayOfMonth.equalsIgnoreCase("L")) {
            return "on the last day of the month";
        }
        return "on day " + listed(of(CronField.DAY_OF_MONTH), Integer::toString) + " of the month";
    }

    private String daysOfWeek() {
        String upper = dayOfWeek.toUpperCase(Locale.ROOT);
        if (upper.endsWith("L")) {
            return "on the last " + dayName(CronField.DAY_OF_WEEK.names().indexOf(upper.substring(0, 3)))
                    + " of the month";
        }
        if (upper.contains("#")) {
            return "on the " + ORDINALS.get(upper.charAt(4) - '1') + " "
                    + dayName(CronField.DAY_OF_WEEK.names().indexOf(upper.substring(0, 3))) + " of the month";
        }
        // Weeks are read from Monday to Sunday.
        NavigableSet<Integer> fromMonday = new TreeSet<>();
        of(CronField.DAY_OF_WEEK).forEach(day -> fromMonday.add(day == 0 ? 7 : day));
        String listed = listed(fromMonday, CronWords::dayName);
        return (listed.contains(" to ") && !listed.contains(" and ") ? "from " : "on ") + listed;
    }

    private String months() {
        NavigableSet<Integer> months = of(CronField.MONTH);
        if (months.size() == 12) {
            return "";
        }
        return " in " + listed(months, month -> Month.of(month).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    }

    private NavigableSet<Integer> of(CronField field) {
        return values.getOrDefault(field, new TreeSet<>());
    }

    private static String dayName(int day) {
        return DayOfWeek.of(day == 0 ? 7 : day).getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }

    private static String time(int hour, int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", hour, minute);
    }

    /** The distance of neighbours where it is the same for all, or 0. */
    private static int step(NavigableSet<Integer> values) {
        Iterator<Integer> iterator = values.iterator();
        int last = iterator.next();
        int step = 0;
        while (iterator.hasNext()) {
            int value = iterator.next();
            if (step != 0 && value - last != step) {
                return 0;
            }
            step = value - last;
            last = value;
        }
        return step;
    }

    /** Values with runs of three and more as ranges. */
    private static String listed(NavigableSet<Integer> values, IntFunction<String> written) {
        List<String> parts = new ArrayList<>();
        List<Integer> all = List.copyOf(values);
        int at = 0;
        while (at < all.size()) {
            int end = at;
            while (end + 1 < all.size() && all.get(end + 1) == all.get(end) + 1) {
                end++;
            }
            if (end - at >= 2) {
                parts.add(written.apply(all.get(at)) + " to " + written.apply(all.get(end)));
            } else {
                all.subList(at, end + 1).forEach(value -> parts.add(written.apply(value)));
            }
            at = end + 1;
        }
        return join(parts);
    }

    private static String join(List<String> parts) {
        if (parts.size() < 2) {
            return parts.stream().collect(Collectors.joining());
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.get(parts.size() - 1);
    }
}
