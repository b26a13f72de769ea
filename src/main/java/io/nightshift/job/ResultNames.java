package io.nightshift.job;

import io.nightshift.definition.Formats;
import io.nightshift.definition.ValueFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of result tables and their columns: those that a job chooses, and those that come with them. */
final class ResultNames {

    /** Lower case, so that the name is the same with and without quotes in every database. */
    static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    static final String EXPECTED =
            "a name of lower case letters, digits and '_' that starts with a letter and has at most" + " 48 characters";

    /** The column of every result table that names the run. */
    static final String RUN_ID = "run_id";

    /** The column of a table of current values that says since when a value is published. */
    static final String PUBLISHED_AT = "published_at";

    private static final Pattern TABLE = Pattern.compile("(?:[A-Za-z_][A-Za-z0-9_]{0,62}\\.)?" + IDENTIFIER.pattern());

    /** PostgreSQL cuts longer names off. */
    static final int LONGEST = 63;

    private static final Set<String> FOREIGN_PREFIXES = Set.of("nightshift_", "batch_", "qrtz_", "flyway_");

    /** Schemas that databases keep for themselves; H2 would take tables there. */
    private static final Pattern DATABASES_OWN =
            Pattern.compile("(?:information_schema|pg_.*)\\..*", Pattern.CASE_INSENSITIVE);

    private ResultNames() {}

    static ValueFormat<String> identifier() {
        return Formats.text(IDENTIFIER, EXPECTED);
    }

    static ValueFormat<String> table() {
        return Formats.text(TABLE, EXPECTED + ", alone or as schema.name").as(table -> {
            if (DATABASES_OWN.matcher(table).matches()) {
                throw new IllegalArgumentException("the schema is the database's own; name another for results");
            }
            FOREIGN_PREFIXES.stream()
                    .filter(unqualified(table)::startsWith)
                    .findFirst()
                    .ifPresent(prefix -> {
                        throw new IllegalArgumentException(
                                "tables that start with '" + prefix + "' are not for results");
                    });
            return table;
        });
    }

    /** The name without its schema. */
    static String unqualified(String table) {
        return table.substring(table.indexOf('.') + 1);
    }

    /** A name as SQL has it in every database: a schema that is not in lower case needs quotes. */
    static String inSql(String table) {
        int dot = table.indexOf('.');
        String schema = table.substring(0, Math.max(dot, 0));
        return schema.equals(schema.toLowerCase(Locale.ROOT)) ? table : '"' + schema + '"' + table.substring(dot);
    }

    /** Every table and view that publishing a result table makes. */
    static List<String> generated(String table, List<AggregateDefinition> aggregates) {
        List<String> names = new ArrayList<>(List.of(table, table + "_rejects", table + "_current"));
        for (AggregateDefinition aggregate : aggregates) {
            names.add(table + "_" + aggregate.name());
            names.add(table + "_" + aggregate.name() + "_current");
        }
        return names;
    }
}
