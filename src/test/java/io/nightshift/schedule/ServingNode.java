package io.nightshift.schedule;

import io.nightshift.Application;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.Alerts;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobFolder;
import io.nightshift.ledger.RunLedger;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.QueueWorkers;
import io.nightshift.queue.RunQueue;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/** What a process serves with, in this process: a context, pools and Quartz of its own, over a folder's jobs and schedules. */
final class ServingNode implements AutoCloseable {

    private final Home home;
    private final Databases databases;
    private final ConfigurableApplicationContext context;
    private final HandOver handOver;
    private final ScheduleKeeper keeper;

    ServingNode(ServiceFolder service, String name, Clock clock) {
        Configuration configuration = Configuration.load(service.configuration());
        home = configuration.databases().metadata() == null
                ? Home.open(service.home(name), "test")
                : Home.shared(service.home(name));
        databases = new Databases(configuration.databases(), Map.of());
        context = Application.start(
                home,
                databases,
                new AlertChannels(configuration.alerts(), Map.of(), clock),
                configuration.queue(),
                clock);
        LedgerDatabase metadata = context.getBean(LedgerDatabases.class).metadata();
        HandOver.Tables tables = context.getBean(HandOver.Tables.class);
        Definitions definitions = new Definitions(tables.schedules());
        ScheduleAlerts alerts = new ScheduleAlerts(context.getBean(Alerts.class), clock);
        handOver = new HandOver(
                tables,
                definitions,
                new FireSubmission(
                        context.getBean(RunQueue.class),
                        context.getBean(RunLedger.class),
                        tables.log(),
                        new JobFolder(service.jobs(), clock)),
                alerts,
                metadata.transactions(),
                HandOver.MOST_AT_ONCE,
                clock);
        keeper = new ScheduleKeeper(
                new ScheduleKeeper.Parts(
                        tables,
                        definitions,
                        handOver,
                        new Reconciler(
                                service.schedules(),
                                tables,
                                definitions,
                                handOver,
                                alerts,
                                metadata.transactions(),
                                clock),
                        QuartzClock.over(metadata, handOver, context.getBean(NodeKeeper.class), clock),
                        new StuckTriggers(metadata),
                        new AfterWatch(metadata, tables, definitions, clock),
                        context.getBean(ArrivalWatch.class),
                        new RepairReport(alerts, clock),
                        new Troubles(tables.schedules(), alerts, metadata.transactions()),
                        new RunWatch(
                                tables,
                                context.getBean(RunQueue.class),
                                context.getBean(RunLedger.class),
                                alerts,
                                metadata.transactions(),
                                clock),
                        context.getBean(NodeKeeper.class)),
                clock);
    }

    static ServingNode start(ServiceFolder service, String name, Clock clock) {
        ServingNode node = new ServingNode(service, name, clock);
        node.context.getBean(NodeKeeper.class).start("none");
        node.keeper.start();
        return node;
    }

    void work() {
        context.getBean(QueueWorkers.class).start();
    }

    ScheduleKeeper keeper() {
        return keeper;
    }

    HandOver handOver() {
        return handOver;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() throws IOException {
        keeper.close();
        context.close();
        databases.close();
        home.close();
    }
}
