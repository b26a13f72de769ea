package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.queue.NodeKeeper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

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
    /** Before what failed is tried again. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private static final int THREADS = 4;
    private static final int AT_ONCE = 20;
    private static final int MOST_DUE = 500;
    private static final JobDetail JOB = JobBuilder.newJob(Firing.class)
            .withIdentity("hand-over", NAME)
            .storeDurably()
            .requestRecovery()
            .build();

    private final Scheduler scheduler;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final Semaphore othersInHand = new Semaphore(2);

    private QuartzClock(Scheduler scheduler, JdbcClient jdbc, Clock clock) {
        this.scheduler = scheduler;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Quartz over the metadata database, in standby until {@link #start}. */
    static QuartzClock over(LedgerDatabase metadata, HandOver handOver, NodeKeeper node, Clock time) {
        String id = UUID.randomUUID().toString();
        DBConnectionManager.getInstance().addConnectionProvider(id, new PoolConnections(metadata.dataSource()));
        try {
            Scheduler scheduler = ownScheduler(properties(metadata, id));
            QuartzClock clock = new QuartzClock(scheduler, metadata.jdbc(), time);
            scheduler.setJobFactory((bundle, owner) -> clock.new Firing(handOver, node));
            scheduler.addJob(JOB, true);
            return clock;
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot be started over the metadata database", e);
        }
    }

    /**
     * A scheduler that Quartz's repository does not know. Processes of one cluster share their scheduler's name; within a process the
     * repository would give the second clock the first one's scheduler, over the first one's database.
     */
    private static Scheduler ownScheduler(Properties properties) throws SchedulerException {
        SchedulerRepository repository = SchedulerRepository.getInstance();
        synchronized (repository) {
            repository.remove(NAME);
            Scheduler scheduler = new StdSchedulerFactory(properties).getScheduler();
            repository.remove(NAME);
            return scheduler;
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

    /**
     * Hands over what else is due and no process has in hand. Quartz takes several statements, all under one lock, for each firing;
     * of many that are due at once most are taken past it, and their triggers set together.
     */
    private void handOverOthers(HandOver handOver) {
        if (!othersInHand.tryAcquire()) {
            return;
        }
        try {
            List<String> due = dueTriggers();
            while (!due.isEmpty()) {
                Map<String, Instant> next = new LinkedHashMap<>();
                List<String> ended = new ArrayList<>();
                for (String schedule : due) {
                    handOver.due(schedule).ifPresentOrElse(at -> next.put(schedule, at), () -> ended.add(schedule));
                }
                setAll(next);
                removeAll(ended);
                due = dueTriggers();
            }
        } catch (RuntimeException e) {
            LOG.warn("what else is due is left to its triggers: {}", e.getMessage());
        } finally {
            othersInHand.release();
        }
    }

    /**
     * Schedules whose triggers are due and that no process has in hand: some of those that have waited longest, so that several processes
     * seldom meet.
     */
    private List<String> dueTriggers() {
        List<String> due = new ArrayList<>(jdbc.sql("select t.trigger_name from " + PREFIX
                        + "triggers t join nightshift_schedule s on s.name = t.trigger_name"
                        + " where t.sched_name = ? and t.trigger_group = ? and t.trigger_state = 'WAITING'"
                        + " and t.next_fire_time <= ? and s.next_fire_at <= ? and s.removed_at is null"
                        + " order by s.next_fire_at limit ?")
                .params(NAME, GROUP, clock.millis(), Timestamp.from(clock.instant()), MOST_DUE)
                .query(String.class)
                .list());
        if (due.size() < AT_ONCE) {
            return List.of();
        }
        Collections.shuffle(due);
        return List.copyOf(due.subList(0, AT_ONCE));
    }

    /** Sets the triggers of many schedules in one transaction. */
    void setAll(Map<String, Instant> next) {
        if (next.isEmpty()) {
            return;
        }
        Set<Trigger> triggers = new LinkedHashSet<>();
        next.forEach((schedule, at) -> triggers.add(trigger(schedule, at)));
        try {
            scheduler.scheduleJobs(Map.of(JOB, triggers), true);
        } catch (SchedulerException e) {
            // The watchdog finds a schedule that is due and has no trigger.
            LOG.warn("the triggers of {} schedules cannot be set: {}", next.size(), e.getMessage());
        }
    }

    private static Trigger trigger(String schedule, Instant at) {
        return TriggerBuilder.newTrigger()
                .withIdentity(schedule, GROUP)
                .forJob(JOB.getKey())
                .startAt(Date.from(at))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
    }

    /** Sets a schedule's trigger to a moment, or removes it. */
    void set(String schedule, @Nullable Instant next) {
        if (next == null) {
            removeAll(List.of(schedule));
        } else {
            setAll(Map.of(schedule, next));
        }
    }

    private void removeAll(List<String> schedules) {
        if (schedules.isEmpty()) {
            return;
        }
        try {
            scheduler.unscheduleJobs(schedules.stream()
                    .map(schedule -> TriggerKey.triggerKey(schedule, GROUP))
                    .toList());
        } catch (SchedulerException e) {
            // Each fires once more, to find nothing due.
            LOG.warn("the triggers of {} schedules cannot be removed: {}", schedules.size(), e.getMessage());
        }
    }

    /** Removes a schedule's trigger, in whatever state its rows are, and sets it anew. */
    void repair(String schedule, @Nullable Instant next) {
        set(schedule, null);
        set(schedule, next);
    }

    /**
     * Waits a while for the firings in hand. Quartz itself would wait for its database for ever; what it leaves there is found
     * by whoever fires next.
     */
    @Override
    public void close() {
        Thread ending = new Thread(this::end, "nightshift-quartz-end");
        ending.setDaemon(true);
        ending.start();
        try {
            ending.join(CLOSING.toMillis());
            if (ending.isAlive()) {
                LOG.warn("Quartz does not end within {} s; it is left to end with the process", CLOSING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            LOG.warn("Quartz does not end: {}", e.getMessage());
        }
    }

    /** One firing of one schedule's trigger. */
    private final class Firing implements Job {

        private final HandOver handOver;
        private final NodeKeeper node;

        Firing(HandOver handOver, NodeKeeper node) {
            this.handOver = handOver;
            this.node = node;
        }

        @Override
        public void execute(JobExecutionContext context) {
            // A trigger that stands for the one of a process that died is called otherwise.
            TriggerKey key = context.isRecovering()
                    ? context.getRecoveringTriggerKey()
                    : context.getTrigger().getKey();
            String schedule = key.getName();
            if (node.idleReason() != null) {
                standby();
                set(schedule, clock.instant());
                return;
            }
            try {
                handOver.due(schedule).ifPresent(next -> set(schedule, next));
                handOverOthers(handOver);
            } catch (RuntimeException e) {
                LOG.error("schedule={} cannot be handed over now; it is tried again in {}", schedule, PAUSE, e);
                set(schedule, clock.instant().plus(PAUSE));
            }
        }
    }
}
