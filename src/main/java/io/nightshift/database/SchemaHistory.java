package io.nightshift.database;

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
                // A database that a newer version has migrated is refused, too.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }
}
