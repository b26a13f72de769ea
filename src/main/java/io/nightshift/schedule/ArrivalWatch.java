package io.nightshift.schedule;

import io.nightshift.storage.Storage.Place;
import io.nightshift.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks for the data that schedules wait for, each schedule's in a thread of its own, so that a storage or database that does
 * not answer delays no other. Of several processes one looks at a time. What is found is stored before it is acted on; what
 * cannot be looked at is the schedule's trouble, told once, and looked at again when it is due. Owns its threads.
 */
final class ArrivalWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ArrivalWatch.class);

    private static final int MOST_THREADS = 64;
    private static final long IDLE_SECONDS = 30;
    private static final long CLOSING_SECONDS = 5;

    private final HandOver.Tables tables;
    private final ArrivalEvents events;
    private final Storages storages;
    private final QueryValue queryValue;
    private final Troubles troubles;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final Map<String, Instant> looking = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    ArrivalWatch(
            HandOver.Tables tables,
            Storages storages,
            QueryValue queryValue,
            ScheduleAlerts alerts,
            TransactionTemplate transactions,
            Clock clock) {
        this.tables = tables;
        this.events = new ArrivalEvents(tables.events());
        this.storages = storages;
        this.queryValue = queryValue;
        this.troubles = new Troubles(tables.schedules(), alerts, transactions);
        this.transactions = transactions;
        this.clock = clock;
        this.threads = new ThreadPoolExecutor(
                MOST_THREADS, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "nightshift-arrivals");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks for a schedule's data if that is due, and returns at once.
     *
     * @param then called with the schedule's name in the thread that looked, once what it saw is stored
     */
    void look(KnownSchedule known, ScheduleDefinition definition, Trigger.Arrival arrival, Consumer<String> then) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant since = looking.putIfAbsent(known.name(), now);
        if (since != null) {
            complainOfSilence(known.name(), Duration.between(since, now));
            return;
        }
        boolean handed = false;
        try {
            if (tables.schedules().takeTurn(known.name(), now, arrival.checkEvery())) {
                ArrivalEvents.Look look = new ArrivalEvents.Look(known, definition, arrival.source(), now);
                threads.execute(() -> lookSafely(look, then));
                handed = true;
            }
        } finally {
            if (!handed) {
                looking.remove(known.name());
            }
        }
    }

    /** Whether a look for a schedule's data has not come back yet. */
    boolean isLooking(String schedule) {
        return looking.containsKey(schedule);
    }

    private void complainOfSilence(String schedule, Duration silence) {
        if (silence.compareTo(queryValue.timeout().multipliedBy(2)) > 0) {
            trouble(schedule, "the last look for its data has not come back for " + silence.toSeconds() + " s", null);
        }
    }

    private void lookSafely(ArrivalEvents.Look look, Consumer<String> then) {
        String schedule = look.schedule().name();
        try {
            see(look);
            then.accept(schedule);
        } catch (RuntimeException e) {
            trouble(schedule, Troubles.text(e), e);
        } finally {
            looking.remove(schedule);
        }
    }

    private void see(ArrivalEvents.Look look) {
        if (look.source() instanceof Trigger.Query query) {
            String value = queryValue.read(query);
            store(look, () -> events.value(look, value));
        } else if (look.source() instanceof Trigger.Marker marker) {
            List<Place> found =
                    storages.of(marker.path()).place(marker.path()).stream().toList();
            store(look, () -> events.places(look, found, true));
        } else if (look.source() instanceof Trigger.Partition partition) {
            List<Place> found = storages.places(partition.path());
            store(look, () -> events.places(look, found, false));
        }
    }

    /** What was seen counts where nobody has changed the schedule since the look began. */
    private void store(ArrivalEvents.Look look, Runnable work) {
        transactions.executeWithoutResult(status -> {
            KnownSchedule now = tables.schedules().lock(look.schedule().name()).orElse(null);
            if (now == null
                    || now.removedAt() != null
                    || !now.sha256().equals(look.schedule().sha256())) {
                return;
            }
            work.run();
            if (now.trouble() != null) {
                tables.schedules().trouble(now.name(), null);
            }
        });
    }

    private void trouble(String schedule, String text, @Nullable RuntimeException cause) {
        troubles.note(schedule, "its data cannot be looked for", text, cause);
    }

    /** Waits a while for the looks in hand. They are not interrupted: that would close an embedded database's file. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the data of schedules {} is still looked for; what is seen is not stored", looking.keySet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
