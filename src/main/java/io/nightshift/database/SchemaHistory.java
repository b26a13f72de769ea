package io.nightshift.database;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The ledger's tables in each kind of database, version by version. */
public enum SchemaHistory {
    H2("classpath:db/migration/h2"),
    POSTGRESQL("classpath:db/migration/postgresql");

    private static final String TABLE = "nightshift_schema_history";

    private final String scripts;

    SchemaHistory(String scripts) {
        this.scripts = scripts;
    }

    public Flyway of(DataSource dataSource) {
        return Flyway.configure()
                .dataSource(dataSource)
                .locations(scripts)
                .table(TABLE)
                .cleanDisabled(true)
                // A server's schema may have tables of others: all versions are applied beside them. A home's is ours.
                .baselineOnMigrate(this == POSTGRESQL)
                .baselineVersion("0")
                // All versions or none, where statements that make tables are part of a transaction.
                .group(this == POSTGRESQL)
                // With a lock that is a transaction's, Flyway commits the tables and their history one after the other.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                // A database that a newer version has migrated is refused, too.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }
}
