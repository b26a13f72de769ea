package io.nightshift.database;

import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Which named databases have a role.
 *
 * @param metadata for the record of runs, or null for the embedded database
 * @param results for chunks and results, or null for the database of the metadata
 * @param lease how long a silent process keeps its run
 */
public record DatabaseRoles(
        @Nullable Named metadata, @Nullable Named results, Duration lease) {

    /**
     * A database and its name in the configuration.
     *
     * @param publishing how long the statements are waited for that publish a run
     */
    public record Named(String name, DataSource dataSource, Patience publishing) {}

    /**
     * How long to wait for a server.
     *
     * @param statement until the server gives a statement up
     * @param network until the connection counts as lost; above {@code statement}
     */
    public record Patience(Duration statement, Duration network) {}
}
