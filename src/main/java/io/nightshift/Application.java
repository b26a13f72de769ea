package io.nightshift;

import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.Home;
import io.nightshift.ledger.LedgerConfiguration;
import io.nightshift.run.RunConfiguration;
import java.time.Clock;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Puts the service together over one home and its databases. Closing the context closes what it opened and the databases'
 * pools, but not the home.
 */
public final class Application {

    private Application() {}

    /** Starts everything a one-shot command needs: database, ledger, runs. No web server, no scheduler. */
    public static ConfigurableApplicationContext start(Home home, Databases databases, Clock clock) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("home", Home.class, () -> home, definition -> definition.setDestroyMethodName(""));
        context.registerBean("databases", Databases.class, () -> databases);
        context.registerBean("clock", Clock.class, () -> clock);
        context.register(LedgerConfiguration.class, RunConfiguration.class);
        context.refresh();
        return context;
    }
}
