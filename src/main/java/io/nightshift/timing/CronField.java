package io.nightshift.timing;

import io.nightshift.failure.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The five fields of a crontab line, in their order. */
enum CronField {
    MINUTE("minute", 0, 59, List.of()),
    HOUR("hour", 0, 23, List.of()),
    DAY_OF_MONTH("day of the month", 1, 31, List.of()),
    MONTH("month", 1, 12, List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    DAY_OF_WEEK("day of the week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

    private static final Pattern ITEM =
            Pattern.compile("(\\*|([0-9]{1,4}|[A-Za-z]{1,20})(?:-([0-9]{1,4}|[A-Za-z]{1,20}))?)(?:/([0-9]{1,4}))?");

    private final String words;
    private final int least;
    private final int most;
    private final List<String> names;

    CronField(String words, int least, int most, List<String> names) {
        this.words = words;
        this.least = least;
        this.most = most;
        this.names = names;
    }

    /** What people call it. */
    String words() {
        return words;
    }

    List<String> names() {
        return names;
    }

    /** Every value it may have; Sunday is 0. */
    NavigableSet<Integer> all() {
        int last = this == DAY_OF_WEEK ? 6 : most;
        return IntStream.rangeClosed(least, last).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The values of lists, ranges and steps.
     *
     * @throws IllegalArgumentException saying what is wrong, and what was likely meant
     */
    NavigableSet<Integer> values(String text) {
        NavigableSet<Integer> values = new TreeSet<>();
        for (String item : text.split(",", -1)) {
            add(item, values);
        }
        if (this == DAY_OF_WEEK && values.remove(7)) {
            values.add(0);
        }
        return values;
    }

    private void add(String item, NavigableSet<Integer> values) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            throw refused(item, item.equals("?") ? "; write *" : expected());
        }
        int step = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
        if (step == 0 || step > most) {
            throw refused(item, "; a step is from 1 to " + most);
        }
        boolean any = matcher.group(1).equals("*");
        int first = any ? least : value(matcher.group(2), item);
        int last = any ? lastOfAll() : matcher.group(3) == null ? first : value(matcher.group(3), item);
        if (!any && matcher.group(3) == null && matcher.group(4) != null) {
            throw refused(item, "; a step needs a range, did you mean " + first + "-" + lastOfAll() + "/" + step + "?");
        }
        // A week may be written from any day to Sunday, which is its first day as a name.
        if (this == DAY_OF_WEEK && last == 0 && first > 0) {
            last = 7;
        }
        if (first > last) {
            throw refused(
                    item,
                    "; a range goes upwards, did you mean " + matcher.group(2) + "-" + lastOfAll() + "," + least + "-"
                            + matcher.group(3) + "?");
        }
        for (int value = first; value <= last; value += step) {
            values.add(value);
        }
    }

    private int lastOfAll() {
        return this == DAY_OF_WEEK ? 6 : most;
    }

    private int value(String text, String item) {
        if (Character.isDigit(text.charAt(0))) {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw refused(item, expected() + (this == HOUR && value == 24 ? ", did you mean 0 for midnight?" : ""));
            }
            return value;
        }
        int index = names.indexOf(text.toUpperCase(Locale.ROOT));
        if (index < 0) {
            throw refused(item, expected() + nearest(text));
        }
        return index + least;
    }

    private String nearest(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        return names.stream()
                .filter(upper::startsWith)
                .findFirst()
                .map(name -> ", did you mean '" + name + "'?")
                .orElseGet(() -> Suggestion.suffix(upper, names));
    }

    private String expected() {
        return "; it takes " + least + " to " + most
                + (names.isEmpty() ? "" : ", " + names.get(0) + " to " + names.get(names.size() - 1))
                + ", ranges (a-b), lists (a,b) and steps (*/n, a-b/n)";
    }

    private IllegalArgumentException refused(String item, String why) {
        return new IllegalArgumentException("the " + words + " '" + item + "' is not allowed" + why);
    }
}
