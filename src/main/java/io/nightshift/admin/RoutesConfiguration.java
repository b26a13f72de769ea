package io.nightshift.admin;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.AuditLog;
import io.nightshift.access.IdempotencyKeys;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertLog;
import io.nightshift.backfill.Backfills;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.ledger.RetentionLedger;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunSearch;
import io.nightshift.queue.Nodes;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.RunTotals;
import io.nightshift.run.RunDocument;
import io.nightshift.run.RunPublisher;
import io.nightshift.schedule.FireLog;
import io.nightshift.schedule.FireTotals;
import io.nightshift.schedule.Schedules;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What answers at each route. */
@Configuration(proxyBeanMethods = false)
class RoutesConfiguration {

    @Bean
    ProblemAdvice problemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    RunNames runNames(RunLedger ledger, RunSearch search) {
        return new RunNames(ledger, search);
    }

    @Bean
    RunDocument runDocument(RunDetails details, RunLedger ledger) {
        return new RunDocument(details, ledger);
    }

    @Bean
    EventStreams eventStreams() {
        return new EventStreams();
    }

    @Bean
    HealthController healthController(LedgerDatabases databases) {
        return new HealthController(databases);
    }

    @Bean
    JobsController jobsController(EndpointSettings settings) {
        return new JobsController(settings);
    }

    @Bean
    RunsController runsController(RunNames names, RunSearch search, RunDocument documents) {
        return new RunsController(names, search, documents);
    }

    @Bean
    RunEventsController runEventsController(
            RunNames names, RunSearch search, EventStreams streams, AccessTokens tokens) {
        return new RunEventsController(names, search, streams, tokens);
    }

    @Bean
    RunMovesController runMovesController(
            RunNames names,
            RunQueue queue,
            RunPublisher publisher,
            RetentionLedger retention,
            OnceByKey once,
            EndpointSettings settings,
            Clock clock) {
        return new RunMovesController(names, queue, publisher, retention, once, settings, clock);
    }

    @Bean
    QueueController queueController(RunNames names, RunQueue queue, Nodes nodes) {
        return new QueueController(names, queue, nodes);
    }

    @Bean
    ServiceMetrics serviceMetrics(RunTotals totals, FireTotals fires, RunSearch search, RunQueue queue, Clock clock) {
        return new ServiceMetrics(totals, fires, search, queue, clock);
    }

    @Bean
    MetricsController metricsController(ServiceMetrics metrics) {
        return new MetricsController(metrics);
    }

    @Bean
    DescriptionController descriptionController() {
        return new DescriptionController();
    }

    @Bean
    SchedulesController schedulesController(Schedules schedules) {
        return new SchedulesController(schedules);
    }

    @Bean
    FiresController firesController(FireLog log) {
        return new FiresController(log);
    }

    @Bean
    OnceByKey onceByKey(IdempotencyKeys keys) {
        return new OnceByKey(keys);
    }

    @Bean
    BackfillsController backfillsController(Backfills backfills, OnceByKey once, EndpointSettings settings) {
        return new BackfillsController(backfills, once, settings);
    }

    @Bean
    AlertsController alertsController(AlertLog alerts, AlertChannels channels) {
        return new AlertsController(alerts, channels);
    }

    @Bean
    AuditController auditController(AuditLog audit) {
        return new AuditController(audit);
    }

    @Bean
    TokensController tokensController(AccessTokens tokens) {
        return new TokensController(tokens);
    }
}
