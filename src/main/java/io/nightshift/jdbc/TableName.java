package io.nightshift.jdbc;

/**
 * A table or view by its name, as the job wrote it: {@code name} or {@code schema.name}. Names are kept in upper case, so that SQL
 * written without quotes finds them.
 */
public record TableName(String name) {

    /** The name with a suffix: {@code flight_delay} and {@code _rejects} make {@code flight_delay_rejects}. */
    public TableName with(String suffix) {
        return new TableName(name + suffix);
    }

    /** Quoted for SQL, each part on its own. */
    public String sql() {
        StringBuilder sql = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            sql.append(sql.isEmpty() ? "" : ".").append(quoted(part));
        }
        return sql.toString();
    }

    /** A column or table name in upper case and quotes. */
    static String quoted(String identifier) {
        return '"' + identifier.toUpperCase(java.util.Locale.ROOT).replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return name;
    }
}
