package io.nightshift.jdbc;

import java.util.List;
import java.util.Map;

/** The databases that Nightshift speaks to, and what differs between them in words. */
public enum Dialect {
    H2(
            '"',
            List.of(
                    "MODE",
                    "SCHEMA",
                    "IFEXISTS",
                    "ACCESS_MODE_DATA",
                    "AUTO_SERVER",
                    "CACHE_SIZE",
                    "CASE_INSENSITIVE_IDENTIFIERS",
                    "DATABASE_TO_LOWER",
                    "DATABASE_TO_UPPER",
                    "DB_CLOSE_DELAY",
                    "DB_CLOSE_ON_EXIT",
                    "NON_KEYWORDS",
                    "WRITE_DELAY")),
    POSTGRESQL(
            '"',
            List.of(
                    "ApplicationName",
                    "channelBinding",
                    "currentSchema",
                    "gssEncMode",
                    "hostRecheckSeconds",
                    "loadBalanceHosts",
                    "options",
                    "ssl",
                    "sslcert",
                    "sslkey",
                    "sslmode",
                    "sslNegotiation",
                    "sslrootcert",
                    "targetServerType")),
    MYSQL('`', List.of("characterEncoding", "connectionTimeZone", "sslMode", "tlsVersions")),
    MARIADB('`', List.of("serverSslCert", "sslMode", "timezone"));

    private final char quote;
    private final List<String> options;

    Dialect(char quote, List<String> options) {
        this.quote = quote;
        this.options = options;
    }

    /**
     * The options that a URL may carry. Others are refused: among the drivers' options are some that load a class, read a
     * file, run SQL or print a secret.
     */
    List<String> options() {
        return options;
    }

    /** A name exactly as the catalogue has it, quoted for SQL. */
    public String quoted(String identifier) {
        String mark = String.valueOf(quote);
        return mark + identifier.replace(mark, mark + mark) + mark;
    }

    /** Whether what others call a schema is a catalog to its driver. */
    boolean schemasAreCatalogs() {
        return this == MYSQL || this == MARIADB;
    }

    /** A number from 0 to 1, anew for each row. */
    String random() {
        return this == POSTGRESQL ? "random()" : "rand()";
    }

    /** A whole number that rows with other values in these quoted columns are unlikely to share. */
    String rowHash(List<String> columns) {
        return switch (this) {
            case POSTGRESQL -> "hashtextextended(row(" + String.join(", ", columns) + ")::text, 0)";
            case H2 -> "cast(ora_hash(concat(" + texts(columns, "varchar") + ", '')) as bigint)";
            case MYSQL, MARIADB -> "crc32(concat(" + texts(columns, "char") + ", ''))";
        };
    }

    /** The length goes first, so that neither a missing value nor a moved border between values goes unseen. */
    private static String texts(List<String> columns, String type) {
        return String.join(
                ", ",
                columns.stream()
                        .map(column -> "coalesce(concat(char_length(cast(" + column + " as " + type + ")), ':', cast("
                                + column + " as " + type + ")), '-')")
                        .toList());
    }

    /** By the prefix of their URLs. */
    static Map<String, Dialect> byPrefix() {
        return Map.of(
                "jdbc:postgresql://", POSTGRESQL,
                "jdbc:h2:file:", H2,
                "jdbc:h2:mem:", H2,
                "jdbc:mysql://", MYSQL,
                "jdbc:mariadb://", MARIADB);
    }
}
