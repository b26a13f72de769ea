package io.nightshift.queue;

import io.nightshift.database.LedgerDatabases;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.WaitingRuns;
import io.nightshift.run.CrashRecovery;
import io.nightshift.run.RunLauncher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The queue over the metadata database. What works on it is made only where a process serves. */
@Configuration(proxyBeanMethods = false)
public class QueueConfiguration {

    @Bean
    QueueTable queueTable(LedgerDatabases databases) {
        return new QueueTable(databases.metadata());
    }

    @Bean
    QueueSignal queueSignal() {
        return new QueueSignal();
    }

    @Bean
    WorkInHand workInHand() {
        return new WorkInHand();
    }

    @Bean
    RunQueue runQueue(
            QueueTable table,
            RunLedger runs,
            WaitingRuns waiting,
            QueueLimits limits,
            QueueSignal signal,
            Nodes nodes,
            Clock clock) {
        return new RunQueue(table, runs, waiting, new WaitingReasons(table, nodes, limits), limits, signal, clock);
    }

    @Bean
    RunTotals runTotals() {
        return new RunTotals();
    }

    @Bean
    Nodes nodes(LedgerDatabases databases, Clock clock) {
        return new Nodes(databases.metadata(), clock);
    }

    @Bean
    Settlement settlement(
            QueueTable table, RunLedger runs, WaitingRuns waiting, ObjectProvider<RunEndings> endings, Clock clock) {
        return new Settlement(
                table, runs, waiting, endings.orderedStream().toList(), clock, () -> ThreadLocalRandom.current()
                        .nextDouble());
    }

    @Bean
    @Lazy
    NodeKeeper nodeKeeper(
            Nodes nodes,
            Settlement settlement,
            CrashRecovery recovery,
            LedgerDatabases databases,
            QueueLimits limits,
            QueueSignal signal,
            WorkInHand inHand,
            ObjectProvider<ClockWatch> watches,
            Clock clock) {
        return new NodeKeeper(
                nodes,
                settlement,
                new NodeKeeper.Parts(
                        recovery,
                        inHand,
                        databases.exclusive(),
                        limits.workers(),
                        watches.orderedStream().toList()),
                signal,
                clock,
                processName());
    }

    private static String processName() {
        String machine;
        try {
            machine = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            machine = "unknown machine";
        }
        return System.getProperty("user.name") + "@" + machine + " (process "
                + ProcessHandle.current().pid() + ", serving)";
    }

    @Bean
    @Lazy
    QueueWorkers queueWorkers(
            QueueTable table,
            Settlement settlement,
            RunLauncher launcher,
            RunLedger runs,
            WaitingRuns waiting,
            QueueLimits limits,
            NodeKeeper node,
            QueueSignal signal,
            WorkInHand inHand,
            Clock clock) {
        return new QueueWorkers(
                new Admission(table, runs, waiting, limits, clock),
                settlement,
                launcher,
                runs,
                limits,
                node,
                new QueueWorkers.Shared(signal, inHand));
    }
}
