package io.nightshift.queue;

import io.nightshift.Application;
import io.nightshift.alert.AlertChannels;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a serving process works on its queue with, in this process: a home, pools and workers of its own. */
final class WorkingNode implements AutoCloseable {

    private final Home home;
    private final Databases databases;
    private final ConfigurableApplicationContext context;

    private WorkingNode(Configuration configuration, Path directory) {
        Clock clock = Clock.systemUTC();
        home = configuration.databases().metadata() == null ? Home.open(directory, "a test") : Home.shared(directory);
        databases = new Databases(configuration.databases(), Map.of());
        context = Application.start(
                home,
                databases,
                new AlertChannels(configuration.alerts(), Map.of(), clock),
                configuration.queue(),
                clock);
    }

    /** Begins to work. */
    static WorkingNode start(Path configuration, Path directory) {
        WorkingNode node = new WorkingNode(Configuration.load(configuration), directory);
        node.context.getBean(NodeKeeper.class).start("none");
        node.context.getBean(QueueWorkers.class).start();
        return node;
    }

    RunQueue queue() {
        return context.getBean(RunQueue.class);
    }

    RunLedger runs() {
        return context.getBean(RunLedger.class);
    }

    JdbcClient database() {
        return context.getBean(LedgerDatabases.class).results().jdbc();
    }

    Path log(RunId run) {
        return home.logs().resolve(run + ".log");
    }

    @Override
    public void close() throws IOException {
        context.close();
        databases.close();
        home.close();
    }
}
