package io.nightshift.jdbc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be read of a named database, as the job says it.
 *
 * @param table {@code name} or {@code schema.name}, in any case; null where there is a query
 * @param query null where there is a table
 * @param where a condition on every row, or null
 * @param partitionBy columns that divide the rows into ranges; none for the table's primary key, where it has one
 * @param key columns whose values together name a row, which makes the order of rows certain
 * @param columns the needed columns in the order of the batches
 */
public record SourceQuery(
        String database,
        @Nullable String table,
        @Nullable SqlFragment query,
        @Nullable SqlFragment where,
        List<String> partitionBy,
        List<String> key,
        List<String> columns) {

    public SourceQuery {
        partitionBy = List.copyOf(partitionBy);
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }

    /** What it reads, for messages. */
    @Override
    public String toString() {
        return (table == null ? "the query" : "the table " + table) + " of the database '" + database + "'";
    }
}
