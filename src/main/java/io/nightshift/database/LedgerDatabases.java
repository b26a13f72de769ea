package io.nightshift.database;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the record of runs is kept (<em>metadata</em>) and where chunks, results and publications are (<em>results</em>).
 * Both are one database, and then one transaction covers both, or two.
 *
 * @param embedded the embedded database's pool, where it keeps the metadata; closed with this
 */
public record LedgerDatabases(
        LedgerDatabase metadata,
        LedgerDatabase results,
        @Nullable HikariDataSource embedded) implements AutoCloseable {

    /** Whether results and metadata are the same database. */
    public boolean shared() {
        return metadata == results;
    }

    /** Whether this process alone works with the metadata, as the home's lock then proves. */
    public boolean exclusive() {
        return metadata.embedded();
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
