package io.nightshift.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.database.DatabaseRoles;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.database.RolesConfiguration;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The record of runs in the embedded database, and the home around it. */
class LedgerTest extends LedgerContract {

    @TempDir
    Path directory;

    private Home home;
    private AnnotationConfigApplicationContext context;

    @Override
    DataSource migrated() {
        home = Home.open(directory, "test");
        context = new AnnotationConfigApplicationContext();
        context.registerBean("home", Home.class, () -> home, definition -> definition.setDestroyMethodName(""));
        context.registerBean("roles", DatabaseRoles.class, () -> new DatabaseRoles(null, null, Duration.ofSeconds(30)));
        context.registerBean("clock", Clock.class, () -> CLOCK);
        context.register(RolesConfiguration.class, LedgerConfiguration.class);
        context.refresh();
        return context.getBean(LedgerDatabases.class).metadata().dataSource();
    }

    @AfterEach
    void closeHome() throws Exception {
        context.close();
        home.close();
    }

    @Test
    void refusesASecondHolderOfTheHomeAndNamesTheFirst() {
        assertThatThrownBy(() -> Home.open(directory, "second"))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.ALREADY_RUNNING))
                .hasMessageContaining("in use by test");
    }

    @Test
    void refusesADatabaseOfANewerVersion() {
        JdbcClient jdbc = context.getBean(LedgerDatabases.class).metadata().jdbc();
        jdbc.sql("insert into \"nightshift_schema_history\" values (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x',"
                        + " current_timestamp, 1, true)")
                .update();
        context.close();
        context = new AnnotationConfigApplicationContext();
        context.registerBean("home", Home.class, () -> home, definition -> definition.setDestroyMethodName(""));
        context.registerBean("roles", DatabaseRoles.class, () -> new DatabaseRoles(null, null, Duration.ofSeconds(30)));
        context.registerBean("clock", Clock.class, () -> CLOCK);
        context.register(RolesConfiguration.class, LedgerConfiguration.class);
        assertThatThrownBy(context::refresh)
                .hasRootCauseInstanceOf(org.flywaydb.core.api.FlywayException.class)
                .hasStackTraceContaining("was made by another version of Nightshift");
    }
}
