package io.nightshift.alert;

import io.nightshift.database.LedgerDatabase;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what was raised, each alert by one of the processes that deliver: at least once, and a second time only where a
 * process ended between sending and recording that; then with the same id. One thread for each channel, so that a channel that
 * hangs delays no other. Whatever fails, in a channel or in the database, is logged and tried again; nothing is thrown.
 */
public final class AlertDelivery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AlertDelivery.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_REMOVALS = Duration.ofHours(1);

    private final LedgerDatabase metadata;
    private final Duration keep;
    private final Clock clock;
    private final List<ChannelDelivery> channels = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<Instant> nextRemoval = new AtomicReference<>(Instant.MIN);

    AlertDelivery(LedgerDatabase metadata, AlertChannels channels, Clock clock, Supplier<RandomGenerator> random) {
        this.metadata = metadata;
        this.keep = channels.settings().keep();
        this.clock = clock;
        String owner = UUID.randomUUID().toString();
        for (String name : channels.names()) {
            this.channels.add(new ChannelDelivery(name, metadata, channels, owner, clock, random));
        }
    }

    /** Starts delivering, until closing. */
    public void start() {
        for (ChannelDelivery channel : channels) {
            Thread thread = new Thread(() -> work(channel), "alerts-" + channel.name());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Sends everything that is due now, in the caller's thread. */
    void deliverDue() {
        for (ChannelDelivery channel : channels) {
            while (channel.step()) {
                removeOld();
            }
        }
    }

    private void work(ChannelDelivery channel) {
        Duration wait = Duration.ZERO;
        while (!closedWithin(wait)) {
            try {
                wait = channel.step() ? Duration.ZERO : POLL;
                removeOld();
            } catch (RuntimeException e) {
                LOG.warn("alerts of channel {} wait: {}", channel.name(), e.getMessage(), e);
                wait = AFTER_TROUBLE;
            }
        }
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Removes alerts that nobody waits for any more, once in a while. */
    private void removeOld() {
        Instant now = clock.instant();
        Instant due = nextRemoval.get();
        if (now.isBefore(due) || !nextRemoval.compareAndSet(due, now.plus(BETWEEN_REMOVALS))) {
            return;
        }
        metadata.jdbc()
                .sql("delete from nightshift_alert where raised_at < ? and not exists (select 1 from"
                        + " nightshift_alert_delivery d where d.alert_id = nightshift_alert.alert_id"
                        + " and d.due_at is not null)")
                .param(Timestamp.from(now.minus(keep)))
                .update();
    }

    /**
     * Stops taking messages and waits a little for those under way; what hangs is left behind, and is sent again by whoever
     * delivers next.
     */
    @Override
    public void close() {
        closed.countDown();
        // No interrupt: it would close the file of the embedded database under whoever works with it.
        long end = System.nanoTime() + LONGEST_CLOSE.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
