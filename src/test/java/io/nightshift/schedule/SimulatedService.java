package io.nightshift.schedule;

import io.nightshift.Application;
import io.nightshift.ManualClock;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.Alerts;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.failure.FailureCode;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFolder;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.ledger.WaitingRuns;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Schedules of a folder over a database, with a clock that a test moves and without Quartz: the test calls where Quartz would. Nobody
 * works on the runs.
 */
final class SimulatedService implements AutoCloseable {

    final ManualClock clock;
    final HandOver.Tables tables;
    final HandOver handOver;
    final Reconciler reconciler;
    final Schedules schedules;
    final RunQueue queue;
    final RunLedger runs;
    final RunWatch runWatch;
    final AfterWatch afterWatch;
    final ScheduleAlerts alerts;
    private final Path folder;
    private final Home home;
    private final Databases databases;
    private final ConfigurableApplicationContext context;

    private SimulatedService(Path folder, Home home, Path configuration, Instant now) {
        this.folder = folder;
        this.home = home;
        this.clock = new ManualClock(now);
        Configuration settings = Configuration.load(configuration);
        this.databases = new Databases(settings.databases(), Map.of());
        this.context = Application.start(
                home, databases, new AlertChannels(settings.alerts(), Map.of(), clock), settings.queue(), clock);
        this.tables = context.getBean(HandOver.Tables.class);
        this.queue = context.getBean(RunQueue.class);
        this.runs = context.getBean(RunLedger.class);
        var transactions = context.getBean(LedgerDatabases.class).metadata().transactions();
        Definitions definitions = new Definitions(tables.schedules());
        this.alerts = new ScheduleAlerts(context.getBean(Alerts.class), clock);
        this.handOver = new HandOver(
                tables,
                definitions,
                new FireSubmission(queue, runs, tables.log(), new JobFolder(folder.resolve("jobs"), Clock.systemUTC())),
                alerts,
                transactions,
                // Few, so that outages take several transactions.
                1000,
                clock);
        this.reconciler =
                new Reconciler(folder.resolve("schedules"), tables, definitions, handOver, alerts, transactions, clock);
        this.runWatch = new RunWatch(tables, queue, runs, alerts, transactions, clock);
        this.afterWatch = new AfterWatch(context.getBean(LedgerDatabases.class).metadata(), tables, definitions, clock);
        this.schedules = new Schedules(tables, definitions, handOver, reconciler, transactions, clock);
    }

    static SimulatedService embedded(Path folder, Instant now) throws IOException {
        return embedded(folder, "", now);
    }

    /** @param more sections of the configuration */
    static SimulatedService embedded(Path folder, String more, Instant now) throws IOException {
        return over(folder, Home.open(folder.resolve("home"), "a test"), "databases: {}\n" + more, now);
    }

    /** @param url of a database; another service over the same goes on with it */
    static SimulatedService onPostgres(Path folder, String url, Instant now) throws IOException {
        return over(
                folder,
                Home.shared(folder.resolve("home")),
                "databases: {server: {url: '" + url + "', user: postgres}}\nmetadata: server\n",
                now);
    }

    private static SimulatedService over(Path folder, Home home, String databases, Instant now) throws IOException {
        Path configuration = Files.writeString(folder.resolve("nightshift.yaml"), databases);
        Files.createDirectories(folder.resolve("schedules"));
        SimulatedService service = new SimulatedService(folder, home, configuration, now);
        service.job("nightly", "table: nightly");
        return service;
    }

    /** A job that takes any logical date. */
    void job(String name, String output) throws IOException {
        Files.createDirectories(folder.resolve("jobs"));
        Files.writeString(folder.resolve("jobs").resolve(name + ".yaml"), """
                job: %s
                parameters: {at: {type: timestamp, default: "${logical_date}"}}
                source: {parquet: {path: sample-data/flights.parquet}}
                key: [flight_id]
                model: sample-data/models/flight-delay
                output: {%s}
                """.formatted(name, output));
    }

    void schedule(String name, String text) throws IOException {
        Files.writeString(
                folder.resolve("schedules").resolve(name + ".yaml"), "schedule: " + name + "\njob: nightly\n" + text);
    }

    void unschedule(String name) throws IOException {
        Files.delete(folder.resolve("schedules").resolve(name + ".yaml"));
    }

    void removeJob(String name) throws IOException {
        Files.delete(folder.resolve("jobs").resolve(name + ".yaml"));
    }

    void advance(Duration duration) {
        clock.advance(duration);
    }

    /** A run of a job for a date, by hand, that a worker has begun. */
    RunRecord run(String job, LocalDateTime logicalDate) {
        JobFile file = new JobFolder(folder.resolve("jobs"), Clock.systemUTC()).find(job);
        JobDefinition definition = file.resolve(new JobFile.Launch(Map.of(), logicalDate, Map.of(), null));
        return start(queue.submit(Submission.byHand(definition, logicalDate, Map.of(), "ann", 5), "ann")
                .id());
    }

    /** What a worker does with the first run that waits. */
    RunRecord startNext() {
        return start(queue.waiting().get(0).run());
    }

    /** What a worker does with a run that it takes. */
    RunRecord start(RunId id) {
        RunRecord run = runs.get(id);
        context.getBean(WaitingRuns.class).claim(run.id(), run.id().toString().replace("-", ""));
        jdbc().sql("update nightshift_queue set waiting = false, start_before = null where run_id = ?")
                .param(run.id().value())
                .update();
        return runs.start(run, "a worker");
    }

    void complete(RunRecord run) {
        transactions().executeWithoutResult(status -> runs.complete(run, RowCounts.NONE, "a worker"));
        settle(run);
    }

    RunRecord fail(RunRecord run, FailureCode code) {
        RunRecord failed =
                runs.end(run, RunState.FAILED, RowCounts.NONE, new RunFailure(code, "a test", null), "a worker");
        settle(run);
        return failed;
    }

    private void settle(RunRecord run) {
        jdbc().sql("delete from nightshift_queue where run_id = ?")
                .param(run.id().value())
                .update();
    }

    /** The messages of the alerts of a kind. */
    List<String> alerts(String kind) {
        return jdbc().sql("select message from nightshift_alert where kind = ? order by raised_at")
                .param(kind)
                .query(String.class)
                .list();
    }

    JdbcClient jdbc() {
        return context.getBean(LedgerDatabases.class).metadata().jdbc();
    }

    TransactionTemplate transactions() {
        return context.getBean(LedgerDatabases.class).metadata().transactions();
    }

    /** As if all that waits had been worked on; its runs stay as they are. */
    void emptyQueue() {
        context.getBean(LedgerDatabases.class)
                .metadata()
                .jdbc()
                .sql("delete from nightshift_queue")
                .update();
    }

    int count(String sql) {
        return jdbc().sql(sql).query(Integer.class).single();
    }

    List<String> texts(String sql) {
        return jdbc().sql(sql).query(String.class).list();
    }

    @Override
    public void close() throws IOException {
        context.close();
        databases.close();
        home.close();
    }
}
