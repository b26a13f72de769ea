package io.nightshift.job;

import io.nightshift.definition.Formats;
import io.nightshift.definition.ValueFormat;
import java.util.ArrayList;
import java.util.List;
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

    /** PostgreSQL cuts longer names off. */
    static final int LONGEST = 63;

    private static final Set<String> FOREIGN_PREFIXES = Set.of("nightshift_", "batch_", "qrtz_", "flyway_");

    private ResultNames() {}

    static ValueFormat<String> identifier() {
        return Formats.text(IDENTIFIER, EXPECTED);
    }

    static ValueFormat<String> table() {
        return identifier().as(table -> {
            FOREIGN_PREFIXES.stream().filter(table::startsWith).findFirst().ifPresent(prefix -> {
                throw new IllegalArgumentException("tables that start with '" + prefix + "' are not for results");
            });
            return table;
        });
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
