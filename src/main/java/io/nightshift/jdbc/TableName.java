package io.nightshift.jdbc;

import java.util.Locale;

/**
 * A table or view by its name, as the job wrote it: {@code name} or {@code schema.name}. Databases get it in the letters in which they
 * keep names written without quotes, so that SQL without quotes finds it.
 */
public record TableName(String name) {

    /** The name with a suffix: {@code flight_delay} and {@code _rejects} make {@code flight_delay_rejects}. */
    public TableName with(String suffix) {
        return new TableName(name + suffix);
    }

    /** Quoted for SQL in upper case, each part on its own. */
    String upper() {
        return quotedParts(name.toUpperCase(Locale.ROOT));
    }

    /** Quoted for SQL in lower case, each part on its own. */
    String lower() {
        return quotedParts(name.toLowerCase(Locale.ROOT));
    }

    /** A table beside this one, in the same schema. */
    TableName sibling(String table) {
        int dot = name.lastIndexOf('.');
        return new TableName(name.substring(0, dot + 1) + table);
    }

    /** The name without its schema. */
    String table() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String quotedParts(String name) {
        StringBuilder sql = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            sql.append(sql.isEmpty() ? "" : ".").append(quoted(part));
        }
        return sql.toString();
    }

    /** An identifier in quotes, letters as they are. */
    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A text literal for SQL. */
    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    @Override
    public String toString() {
        return name;
    }
}
