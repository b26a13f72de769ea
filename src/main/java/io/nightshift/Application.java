package io.nightshift;

import io.nightshift.access.AccessConfiguration;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertConfiguration;
import io.nightshift.alert.AlertSettings;
import io.nightshift.backfill.BackfillConfiguration;
import io.nightshift.database.DatabaseRoles;
import io.nightshift.database.Home;
import io.nightshift.database.RolesConfiguration;
import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.DatabaseSettings;
import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.LedgerConfiguration;
import io.nightshift.queue.QueueConfiguration;
import io.nightshift.queue.QueueLimits;
import io.nightshift.run.RunConfiguration;
import io.nightshift.run.RunsAtOnce;
import io.nightshift.schedule.ScheduleConfiguration;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Puts the service together over one home and its databases. Closing the context closes what it opened and the databases'
 * pools, but not the home.
 */
public final class Application {

    private Application() {}

    /** Starts everything a one-shot command needs: database, ledger, runs, queue. No web server, no scheduler, no workers. */
    public static ConfigurableApplicationContext start(Home home, Databases databases, Clock clock) {
        AlertChannels channels = new AlertChannels(AlertSettings.DEFAULT, Map.of(), clock);
        return start(home, databases, channels, QueueLimits.DEFAULT, clock);
    }

    /** The same with channels of alerts and limits of the queue. */
    public static ConfigurableApplicationContext start(
            Home home, Databases databases, AlertChannels channels, QueueLimits limits, Clock clock) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("home", Home.class, () -> home, definition -> definition.setDestroyMethodName(""));
        context.registerBean("databases", Databases.class, () -> databases);
        context.registerBean("alertChannels", AlertChannels.class, () -> channels);
        context.registerBean("roles", DatabaseRoles.class, () -> roles(databases));
        context.registerBean("clock", Clock.class, () -> clock);
        context.registerBean("runsAtOnce", RunsAtOnce.class, () -> new RunsAtOnce(Math.max(1, limits.workers())));
        context.registerBean("queueLimits", QueueLimits.class, () -> limits);
        context.register(
                RolesConfiguration.class,
                LedgerConfiguration.class,
                AlertConfiguration.class,
                RunConfiguration.class,
                QueueConfiguration.class,
                ScheduleConfiguration.class,
                AccessConfiguration.class,
                BackfillConfiguration.class);
        context.refresh();
        return context;
    }

    private static DatabaseRoles roles(Databases databases) {
        DatabaseConfiguration configuration = databases.configuration();
        return new DatabaseRoles(
                named(databases, configuration.metadata()),
                named(databases, configuration.results()),
                configuration.lease());
    }

    private static DatabaseRoles.@Nullable Named named(Databases databases, @Nullable String name) {
        if (name == null) {
            return null;
        }
        DatabaseSettings.Timeouts timeouts = databases.settings(name).timeouts();
        return new DatabaseRoles.Named(
                name, databases.of(name), new DatabaseRoles.Patience(timeouts.publish(), timeouts.publishSocket()));
    }
}
