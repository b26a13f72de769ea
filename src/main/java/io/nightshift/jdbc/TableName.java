package io.nightshift.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table or view of results by its name, as the job wrote it: {@code name} or {@code schema.name}. A part in lower case is kept in the
 * letters in which a database keeps names written without quotes, so that SQL without quotes finds it; a part with an upper case letter
 * is kept as it is written.
 */
public record TableName(String name) {

    /** The name with a suffix: {@code flight_delay} and {@code _rejects} make {@code flight_delay_rejects}. */
    public TableName with(String suffix) {
        return new TableName(name + suffix);
    }

    /** Parts in lower case in upper case, others as they are: a name as a database keeps it that keeps such names in upper case. */
    TableName raised() {
        return each(part -> isLower(part) ? part.toUpperCase(Locale.ROOT) : part);
    }

    /** Parts in upper case in lower case, others as they are: one name for what {@link #raised} does not tell apart. */
    TableName lowered() {
        return each(part -> part.equals(part.toUpperCase(Locale.ROOT)) ? part.toLowerCase(Locale.ROOT) : part);
    }

    private static boolean isLower(String part) {
        return part.equals(part.toLowerCase(Locale.ROOT));
    }

    private TableName each(UnaryOperator<String> change) {
        return new TableName(parts().stream().map(change).collect(Collectors.joining(".")));
    }

    private List<String> parts() {
        return Arrays.asList(name.split("\\.", -1));
    }

    /** Quoted for SQL, each part on its own. */
    String quoted() {
        return parts().stream().map(TableName::quoted).collect(Collectors.joining("."));
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

    /** Its schema; null where it is wherever the connection's unqualified names are. */
    @Nullable
    String schema() {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? null : name.substring(0, dot);
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
