package io.nightshift.job;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL of a job's author, in which {@code :name} stands for a parameter. The value is bound when the statement runs; it never
 * becomes part of the text. Immutable.
 *
 * @param text as the job has it
 * @param sql the same with {@code ?} in place of each {@code :name}
 * @param parameters the names, in order; a name that is used twice is there twice
 */
public record SqlText(String text, String sql, List<String> parameters) {

    private static final Pattern NAME = Pattern.compile(":([a-z][a-z0-9_]*)");
    private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$(?:[A-Za-z_][A-Za-z0-9_]*)?\\$");

    public SqlText {
        parameters = List.copyOf(parameters);
    }

    /** @throws IllegalArgumentException for what does not end, for {@code ?} and for a second statement */
    static SqlText parse(String text) {
        StringBuilder sql = new StringBuilder();
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int quotedEnd = endOfQuoted(text, at);
            if (quotedEnd > at) {
                sql.append(text, at, quotedEnd);
                at = quotedEnd;
                continue;
            }
            char c = text.charAt(at);
            Matcher name = NAME.matcher(text).region(at, text.length());
            if (c == ':' && text.startsWith("::", at)) {
                sql.append("::");
                at += 2;
            } else if (c == ':' && name.lookingAt()) {
                names.add(name.group(1));
                sql.append('?');
                at = name.end();
            } else {
                refuse(c);
                sql.append(c);
                at++;
            }
        }
        return new SqlText(text, sql.toString(), names);
    }

    private static void refuse(char c) {
        if (c == '?') {
            throw new IllegalArgumentException(
                    "'?' is not allowed in SQL here: name a parameter as :name, and write an operator with '?' as its function");
        }
        if (c == ';') {
            throw new IllegalArgumentException(
                    "';' is not allowed in SQL here: it is one expression, one query or one statement");
        }
    }

    /** The end of the text, name or comment that begins here and holds no parameters; the same place where none begins. */
    private static int endOfQuoted(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'') {
            return escaped(text, at) ? endOfEscaped(text, at) : closing(text, at + 1, "'", "a text");
        }
        if (c == '"' || c == '`') {
            return closing(text, at + 1, String.valueOf(c), "a name");
        }
        if (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }
        if (text.startsWith("/*", at)) {
            return closing(text, at + 2, "*/", "a comment");
        }
        Matcher dollar = DOLLAR_QUOTE.matcher(text).region(at, text.length());
        return dollar.lookingAt() ? closing(text, dollar.end(), dollar.group(), "a text") : at;
    }

    private static int closing(String text, int from, String mark, String what) {
        int end = text.indexOf(mark, from);
        if (end < 0) {
            throw new IllegalArgumentException(what + " in the SQL does not end: " + mark + " is missing");
        }
        return end + mark.length();
    }

    /** PostgreSQL's {@code E'...'}, in which a backslash hides a quote. */
    private static boolean escaped(String text, int quote) {
        boolean marked = quote > 0 && Character.toLowerCase(text.charAt(quote - 1)) == 'e';
        return marked && (quote == 1 || !Character.isJavaIdentifierPart(text.charAt(quote - 2)));
    }

    private static int endOfEscaped(String text, int quote) {
        for (int i = quote + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '\'') {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("a text in the SQL does not end: ' is missing");
    }

    @Override
    public String toString() {
        return text;
    }
}
