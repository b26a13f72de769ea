package io.nightshift.queue;

import io.nightshift.run.CrashRecovery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every few seconds that this process serves and how far its clock is off, and looks after what others left: runs of dead
 * processes are recovered, and runs that ended are settled. Owns its thread; to be started once.
 */
public final class NodeKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeKeeper.class);

    private static final long BEAT_MILLIS = 5000;
    private static final long CLOSING_SECONDS = 5;

    private final Nodes nodes;
    private final Settlement settlement;
    private final CrashRecovery recovery;
    private final WorkInHand inHand;
    private final QueueSignal signal;
    private final Clock clock;
    private final boolean exclusive;
    private final int workers;
    private final List<ClockWatch> watches;
    private final UUID id = UUID.randomUUID();
    private final String name;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread keeper = new Thread(work, "nightshift-node");
        keeper.setDaemon(true);
        return keeper;
    });
    private volatile @Nullable String address;
    /** Why nothing is known of the clock; null where the last reading says it. */
    private volatile @Nullable String unread = "it has just started";

    private volatile @Nullable Reading reading;
    private boolean said;

    /** What the clock and the machine's counter said together, and how far the clock was off. */
    private record Reading(Instant time, long nanos, Duration skew) {}

    /** @param parts what looks after runs, and whether this process alone holds the metadata */
    NodeKeeper(Nodes nodes, Settlement settlement, Parts parts, QueueSignal signal, Clock clock, String name) {
        this.nodes = nodes;
        this.settlement = settlement;
        this.recovery = parts.recovery();
        this.inHand = parts.inHand();
        this.exclusive = parts.exclusive();
        this.workers = parts.workers();
        this.watches = parts.watches();
        this.signal = signal;
        this.clock = clock;
        this.name = name;
    }

    record Parts(CrashRecovery recovery, WorkInHand inHand, boolean exclusive, int workers, List<ClockWatch> watches) {}

    /**
     * Begins.
     *
     * @param endpoint where this process can be reached, for people
     */
    public void start(String endpoint) {
        address = endpoint;
        Instant startedAt = clock.instant();
        beat(startedAt);
        thread.scheduleWithFixedDelay(() -> beat(startedAt), BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
        thread.scheduleWithFixedDelay(this::tend, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The user, process and machine, as events name them. */
    public String name() {
        return name;
    }

    /** Why this process takes no runs and fires nothing now; null where it does. */
    public @Nullable String idleReason() {
        Reading last = reading;
        if (unread != null || last == null) {
            return unread;
        }
        // The clock may be set, or put right, between two beats; the counter goes on.
        Duration since = Duration.ofNanos(System.nanoTime() - last.nanos());
        Duration skew = last.skew().plus(Duration.between(last.time().plus(since), clock.instant()));
        return isOff(skew) ? words(skew) : null;
    }

    private static boolean isOff(Duration skew) {
        return skew.abs().compareTo(Nodes.MOST_SKEW) > 0;
    }

    private static String words(Duration skew) {
        return "its clock is " + skew.toMillis() + " ms off the database's";
    }

    private void beat(Instant startedAt) {
        try {
            Duration skew = nodes.skew();
            boolean off = isOff(skew);
            if (off) {
                LOG.error(
                        "this machine's clock is {} ms off the database's; it takes no runs and fires nothing",
                        skew.toMillis());
            } else if (skew.abs().compareTo(Duration.ofSeconds(1)) > 0) {
                LOG.warn("this machine's clock is {} ms off the database's", skew.toMillis());
            }
            reading = new Reading(clock.instant(), System.nanoTime(), skew);
            unread = null;
            nodes.seen(id, name, startedAt, new Nodes.Beat(skew, workers, off ? words(skew) : null, address));
            if (off && !said) {
                watches.forEach(watch -> watch.off(name, skew));
            }
            said = off;
        } catch (RuntimeException e) {
            unread = "the database cannot be reached";
            LOG.warn("this process cannot say that it is there: {}", e.getMessage());
        }
    }

    private void tend() {
        try {
            if (exclusive) {
                // What others left was found at the start. What is active and in nobody's hands is a run whose end
                // could not be recorded.
                recovery.recoverOwn(inHand.now().keySet());
            } else {
                recovery.recover();
            }
            settlement.settleAll();
            signal.changed();
        } catch (RuntimeException e) {
            LOG.warn("what others left cannot be looked after now: {}", e.getMessage());
        }
    }

    /** Waits a while for what is in hand. It is not interrupted: that would close an embedded database's file for everybody. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("what others left is still being looked after");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            nodes.left(id);
        } catch (RuntimeException e) {
            LOG.warn("this process cannot say that it ends: {}", e.getMessage());
        }
    }
}
