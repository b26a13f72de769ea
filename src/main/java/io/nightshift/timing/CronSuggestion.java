package io.nightshift.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was likely meant by a line that has not the five fields of a crontab. */
final class CronSuggestion {

    private static final Map<String, String> NICKNAMES = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * SUN",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private CronSuggestion() {}

    /** The whole message. */
    static String forFieldCount(String text, List<String> fields) {
        String nickname = NICKNAMES.get(text.toLowerCase(Locale.ROOT));
        String form = "minute, hour, day of the month, month, day of the week";
        if (nickname != null) {
            return "nicknames are not allowed, write \"" + nickname + "\" (" + form + ")";
        }
        String count = text.isEmpty()
                ? "it is empty"
                : "it has " + fields.size() + (fields.size() == 1 ? " field" : " fields");
        return count + ", a crontab line has five: " + form
                + fromQuartz(fields)
                        .map(line -> "; did you mean \"" + line + "\"?"
                                + (fields.get(0).equals("0") ? "" : " There are no seconds: use every: for such steps"))
                        .orElse("");
    }

    /** Quartz's and Spring's form has seconds in front, and may have a year behind. */
    private static Optional<String> fromQuartz(List<String> fields) {
        if (fields.size() != 6 && fields.size() != 7) {
            return Optional.empty();
        }
        List<String> five = new ArrayList<>(fields.subList(1, 6));
        five.replaceAll(field -> field.equals("?") ? "*" : field);
        five.replaceAll(field -> field.startsWith("0/") ? "*" + field.substring(1) : field);
        boolean quartz = fields.contains("?");
        if (quartz) {
            five.set(4, withNames(five.get(4)));
        }
        String line = String.join(" ", five);
        try {
            CronPattern.parse(line);
            return Optional.of(line);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Quartz counts days of the week from Sunday = 1. */
    private static String withNames(String days) {
        StringBuilder named = new StringBuilder();
        for (char c : days.toCharArray()) {
            boolean day = c >= '1' && c <= '7' && days.indexOf('/') < 0 && days.indexOf('#') < 0;
            named.append(day ? CronField.DAY_OF_WEEK.names().get(c - '1') : String.valueOf(c));
        }
        return named.toString();
    }
}
