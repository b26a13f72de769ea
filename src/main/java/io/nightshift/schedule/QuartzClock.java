package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quartz as the alarm clock: for each schedule one trigger at its next planned fire, in the clustered store of the metadata database, so
 * that one process of many hands it over. A firing does nothing but hand over and set the trigger to the next fire. What is due is decided
 * by {@link HandOver}, from the log: a trigger that is lost, late or doubled costs nothing but time. Thread-safe; owns Quartz's threads.
 */
final class QuartzClock implements AutoCloseable {

    static final String NAME = "nightshift";
    static final String GROUP = "schedules";
    static final String PREFIX = "nightshift_quartz_";

    private static final Logger LOG = LoggerFactory.getLogger(QuartzClock.class);
    private static final JobKey JOB = JobKey.jobKey("hand-over", NAME);
    private static final int THREADS = 4;

    private final Scheduler scheduler;

    private QuartzClock(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Quartz over the metadata database, in standby until {@link #start}. */
    static QuartzClock over(LedgerDatabase metadata, HandOver handOver) {
        String id = UUID.randomUUID().toString();
        DBConnectionManager.getInstance().addConnectionProvider(id, new PoolConnections(metadata.dataSource()));
        try {
            Scheduler scheduler = new StdSchedulerFactory(properties(metadata, id)).getScheduler();
            QuartzClock clock = new QuartzClock(scheduler);
            scheduler.setJobFactory((bundle, owner) -> clock.new Firing(handOver));
            JobDetail job = JobBuilder.newJob(Firing.class)
                    .withIdentity(JOB)
                    .storeDurably()
                    .requestRecovery()
                    .build();
            scheduler.addJob(job, true);
            return clock;
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot be started over the metadata database", e);
        }
    }

    private static Properties properties(LedgerDatabase metadata, String id) {
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", NAME);
        properties.setProperty("org.quartz.scheduler.instanceId", metadata.embedded() ? NAME : id);
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
        properties.setProperty("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", String.valueOf(THREADS));
        properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        properties.setProperty("org.quartz.threadPool.threadCount", String.valueOf(THREADS));
        properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        properties.setProperty(
                "org.quartz.jobStore.driverDelegateClass",
                metadata.embedded()
                        ? "org.quartz.impl.jdbcjobstore.StdJDBCDelegate"
                        : "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.setProperty("org.quartz.jobStore.tablePrefix", PREFIX);
        properties.setProperty("org.quartz.jobStore.dataSource", id);
        properties.setProperty("org.quartz.jobStore.useProperties", "true");
        properties.setProperty("org.quartz.jobStore.isClustered", String.valueOf(!metadata.embedded()));
        properties.setProperty("org.quartz.jobStore.clusterCheckinInterval", "5000");
        // Without the lock one firing can be acquired by two processes.
        properties.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
        properties.setProperty("org.quartz.jobStore.misfireThreshold", "60000");
        return properties;
    }

    void start() {
        try {
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot be started", e);
        }
    }

    /** Takes no further firings; those in hand go on. */
    void standby() {
        try {
            scheduler.standby();
        } catch (SchedulerException e) {
            LOG.warn("Quartz does not stop: {}", e.getMessage());
        }
    }

    /** Sets a schedule's trigger to a moment, or removes it. */
    void set(String schedule, @Nullable Instant next) {
        TriggerKey key = TriggerKey.triggerKey(schedule, GROUP);
        try {
            if (next == null) {
                scheduler.unscheduleJob(key);
                return;
            }
            Trigger trigger = TriggerBuilder.newTrigger()
                    .withIdentity(key)
                    .forJob(JOB)
                    .startAt(Date.from(next))
                    .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                    .build();
            if (scheduler.rescheduleJob(key, trigger) == null) {
                scheduler.scheduleJob(trigger);
            }
        } catch (SchedulerException e) {
            // The watchdog finds a schedule that is due and has no trigger.
            LOG.warn("schedule={} the trigger cannot be set to {}: {}", schedule, next, e.getMessage());
        }
    }

    /** Removes a schedule's trigger, in whatever state its rows are, and sets it anew. */
    void repair(String schedule, @Nullable Instant next) {
        set(schedule, null);
        set(schedule, next);
    }

    @Override
    public void close() {
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            LOG.warn("Quartz does not end: {}", e.getMessage());
        }
    }

    /** One firing of one schedule's trigger. */
    private final class Firing implements Job {

        private final HandOver handOver;

        Firing(HandOver handOver) {
            this.handOver = handOver;
        }

        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            String schedule = context.getTrigger().getKey().getName();
            try {
                handOver.due(schedule).ifPresent(next -> set(schedule, next));
            } catch (RuntimeException e) {
                LOG.error("schedule={} cannot be handed over now; the watchdog tries again", schedule, e);
                throw new JobExecutionException(e, false);
            }
        }
    }
}
