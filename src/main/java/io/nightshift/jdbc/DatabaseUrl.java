package io.nightshift.jdbc;

import io.nightshift.failure.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A JDBC URL of a known database with harmless options only. It holds no user and no password, so it may be printed.
 *
 * @param dialect the database that the URL's prefix names
 */
public record DatabaseUrl(String text, Dialect dialect) {

    /** Hosts with ports, a database. No user, no address in parentheses with options of its own. */
    private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_.,:\\[\\]-]*/[A-Za-z0-9_.%$-]*");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]{1,40}");

    private static final String ALLOWED =
            "jdbc:postgresql://, jdbc:h2:file:, jdbc:h2:mem:, jdbc:mysql:// and jdbc:mariadb://";

    /** @throws IllegalArgumentException saying what is allowed, for every other URL; the message repeats no option's value */
    public static DatabaseUrl parse(String text) {
        for (Map.Entry<String, Dialect> known : Dialect.byPrefix().entrySet()) {
            if (text.startsWith(known.getKey())) {
                String rest = text.substring(known.getKey().length());
                if (known.getValue() == Dialect.H2) {
                    checkEmbedded(rest);
                } else {
                    checkServer(rest, known.getValue());
                }
                return new DatabaseUrl(text, known.getValue());
            }
        }
        throw new IllegalArgumentException("the URL is of no known kind; allowed are " + ALLOWED);
    }

    /** The same with a harmless option of a server set, in place of the one that it may have. */
    DatabaseUrl withOption(String name, String value) {
        int question = text.indexOf('?');
        StringBuilder set = new StringBuilder(question < 0 ? text : text.substring(0, question));
        char mark = '?';
        for (String option :
                question < 0 ? new String[0] : text.substring(question + 1).split("&", -1)) {
            if (!option.startsWith(name + "=")) {
                set.append(mark).append(option);
                mark = '&';
            }
        }
        return parse(set.append(mark).append(name).append('=').append(value).toString());
    }

    private static void checkEmbedded(String rest) {
        String[] parts = rest.split(";", -1);
        if (parts[0].isBlank()) {
            throw new IllegalArgumentException("the URL names no database");
        }
        for (String setting : Arrays.asList(parts).subList(1, parts.length)) {
            // A backslash hides a semicolon from this reading of the settings, though not from the driver's.
            if (setting.indexOf('\\') >= 0) {
                throw new IllegalArgumentException("a backslash is not allowed among the settings of the URL");
            }
            checkOption(setting, Dialect.H2, true);
        }
    }

    private static void checkServer(String rest, Dialect dialect) {
        int question = rest.indexOf('?');
        String server = question < 0 ? rest : rest.substring(0, question);
        if (!SERVER.matcher(server).matches()) {
            throw new IllegalArgumentException(
                    "the URL is not of the form " + dialect.name().toLowerCase(java.util.Locale.ROOT)
                            + "://host:port/database; user and password have keys of their own");
        }
        if (question >= 0) {
            for (String option : rest.substring(question + 1).split("&", -1)) {
                checkOption(option, dialect, false);
            }
        }
    }

    private static void checkOption(String option, Dialect dialect, boolean anyCase) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        List<String> allowed = dialect.options();
        if (allowed.stream().noneMatch(known -> anyCase ? known.equalsIgnoreCase(name) : known.equals(name))) {
            String shown = NAME.matcher(name).matches() ? " '" + name + "'" : "";
            throw new IllegalArgumentException("the URL's option" + shown + " is not allowed, only "
                    + String.join(", ", allowed) + Suggestion.suffix(name, allowed)
                    + (name.toLowerCase(java.util.Locale.ROOT).contains("timeout")
                            ? "; timeouts have keys of their own"
                            : ""));
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
