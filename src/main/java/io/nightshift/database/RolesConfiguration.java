package io.nightshift.database;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the databases with a role and brings them to their version. */
@Configuration(proxyBeanMethods = false)
public class RolesConfiguration {

    @Bean
    LedgerDatabases ledgerDatabases(Home home, DatabaseRoles roles) {
        DatabaseRoles.@Nullable Named server = roles.metadata();
        if (server != null) {
            LedgerDatabase metadata = ServerDatabase.migrated(server, roles.lease());
            return new LedgerDatabases(metadata, results(roles, metadata), null);
        }
        HikariDataSource embedded = EmbeddedDatabase.open(home);
        try {
            LedgerDatabase metadata = LedgerDatabase.of(EmbeddedDatabase.NAME, embedded);
            return new LedgerDatabases(metadata, results(roles, metadata), embedded);
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private static LedgerDatabase results(DatabaseRoles roles, LedgerDatabase metadata) {
        DatabaseRoles.@Nullable Named named = roles.results();
        return named == null || named.name().equals(metadata.name())
                ? metadata
                : ServerDatabase.migrated(named, roles.lease());
    }

    @Bean
    ReadOnlyQuery readOnlyQuery(Home home, LedgerDatabases databases) {
        return databases.results().dataSource() == databases.embedded()
                ? new EmbeddedQuery(home, databases.results().dataSource())
                : new ServerQuery(databases.results());
    }
}
