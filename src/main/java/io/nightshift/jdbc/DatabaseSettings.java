package io.nightshift.jdbc;

import io.nightshift.definition.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one named database is reached. Holds no secret, only where it is kept.
 *
 * @param user null where the database asks for none
 * @param password null where the database asks for none
 * @param pool most connections at once
 */
public record DatabaseSettings(
        String name,
        DatabaseUrl url,
        @Nullable String user,
        @Nullable Secret password,
        int pool,
        Timeouts timeouts) {

    DatabaseSettings named(String newName) {
        return new DatabaseSettings(newName, url, user, password, pool, timeouts);
    }

    /**
     * None is unlimited: a cut network or a held lock ends in an error, not in a wait for ever; by default no single wait is as long as
     * ten minutes.
     *
     * @param connect to reach the server and log in, and to wait for a free connection of the pool
     * @param socket for the network to give or take anything
     * @param statement for one statement, or one fetch of rows
     * @param lock for a lock that another transaction holds
     * @param publish for one statement of those that publish a run, in place of {@code statement}
     */
    public record Timeouts(Duration connect, Duration socket, Duration statement, Duration lock, Duration publish) {

        /** How much later than the server's own error the network counts as lost where nothing is said. */
        static final Duration ABOVE_STATEMENT = Duration.ofMinutes(1);

        private static final Duration STATEMENT = Duration.ofMinutes(6);

        static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(10), STATEMENT.plus(ABOVE_STATEMENT), STATEMENT, Duration.ofSeconds(30), STATEMENT);

        /** For the network while a run is published: as much above the statements' time as otherwise. */
        public Duration publishSocket() {
            return socket.minus(statement).plus(publish);
        }
    }
}
