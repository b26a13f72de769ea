package io.nightshift.schedule;

import io.nightshift.alert.Alerts;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobFiles;
import io.nightshift.job.JobFolder;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.RunQueue;
import io.nightshift.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Schedules over the metadata database. What fires them is made only where a process serves. */
@Configuration(proxyBeanMethods = false)
public class ScheduleConfiguration {

    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

    @Bean
    HandOver.Tables scheduleTables(LedgerDatabases databases, FireLog log) {
        return new HandOver.Tables(new ScheduleTable(databases.metadata()), new EventTable(databases.metadata()), log);
    }

    @Bean
    FireTotals fireTotals() {
        return new FireTotals();
    }

    @Bean
    FireLog fireLog(LedgerDatabases databases, FireTotals totals) {
        return new FireLog(databases.metadata().dataSource(), totals);
    }

    @Bean
    Definitions scheduleDefinitions(HandOver.Tables tables) {
        return new Definitions(tables.schedules());
    }

    @Bean
    ScheduleAlerts scheduleAlerts(Alerts alerts, Clock clock) {
        return new ScheduleAlerts(alerts, clock);
    }

    @Bean
    RejectAlert rejectAlert(Alerts alerts, RunDetails details, Clock clock) {
        return new RejectAlert(alerts, details, clock);
    }

    @Bean
    HandOver handOver(
            HandOver.Tables tables,
            Definitions definitions,
            ScheduleAlerts alerts,
            RunQueue queue,
            RunLedger runs,
            LedgerDatabases databases,
            Clock clock) {
        return new HandOver(
                tables,
                definitions,
                new FireSubmission(queue, runs, tables.log(), new JobFolder(JobFiles.FOLDER, clock)),
                alerts,
                databases.metadata().transactions(),
                HandOver.MOST_AT_ONCE,
                clock);
    }

    @Bean
    Reconciler reconciler(
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            ScheduleAlerts alerts,
            LedgerDatabases databases,
            Clock clock) {
        return new Reconciler(
                ScheduleFiles.FOLDER,
                tables,
                definitions,
                handOver,
                alerts,
                databases.metadata().transactions(),
                clock);
    }

    @Bean
    Schedules schedules(
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            Reconciler reconciler,
            LedgerDatabases databases,
            Clock clock) {
        return new Schedules(
                tables, definitions, handOver, reconciler, databases.metadata().transactions(), clock);
    }

    @Bean
    @Lazy
    ArrivalWatch arrivalWatch(
            HandOver.Tables tables,
            Storages storages,
            Databases named,
            ScheduleAlerts alerts,
            LedgerDatabases databases,
            Clock clock) {
        return new ArrivalWatch(
                tables,
                storages,
                new QueryValue(named, QUERY_TIMEOUT),
                alerts,
                databases.metadata().transactions(),
                clock);
    }

    @Bean
    @Lazy
    ScheduleKeeper scheduleKeeper(
            HandOver.Tables tables,
            Definitions definitions,
            HandOver handOver,
            Reconciler reconciler,
            ScheduleAlerts alerts,
            RunQueue queue,
            RunLedger runs,
            NodeKeeper node,
            ArrivalWatch arrivals,
            LedgerDatabases databases,
            Clock clock) {
        return new ScheduleKeeper(
                new ScheduleKeeper.Parts(
                        tables,
                        definitions,
                        handOver,
                        reconciler,
                        QuartzClock.over(databases.metadata(), handOver, node, clock),
                        new StuckTriggers(databases.metadata()),
                        new AfterWatch(databases.metadata(), tables, definitions, clock),
                        arrivals,
                        new RepairReport(alerts, clock),
                        new Troubles(
                                tables.schedules(), alerts, databases.metadata().transactions()),
                        new RunWatch(
                                tables,
                                queue,
                                runs,
                                alerts,
                                databases.metadata().transactions(),
                                clock),
                        node),
                clock);
    }
}
