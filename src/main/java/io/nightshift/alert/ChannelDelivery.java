package io.nightshift.alert;

import io.nightshift.alert.AlertSettings.Retry;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.failure.Causes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers the alerts of one channel, message by message. For one thread. */
final class ChannelDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelDelivery.class);
    /** More than the longest time-outs that a channel may have, twice. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final int LONGEST_REASON = 1000;

    private final String name;
    private final LedgerDatabase metadata;
    private final ChannelOutbox outbox;
    private final ChannelLease lease;
    private final MessagePlan plan;
    private final AlertChannel channel;
    private final Retry retry;
    private final Clock clock;
    private final Supplier<RandomGenerator> random;

    /**
     * @param owner of this process alone
     * @param random how long to wait after a failure
     */
    ChannelDelivery(
            String name,
            LedgerDatabase metadata,
            AlertChannels channels,
            String owner,
            Clock clock,
            Supplier<RandomGenerator> random) {
        AlertSettings settings = channels.settings();
        this.name = name;
        this.metadata = metadata;
        this.outbox = new ChannelOutbox(metadata, name);
        this.lease = new ChannelLease(metadata, name, owner, LEASE);
        this.plan = new MessagePlan(outbox, settings.channel(name).quiet(), settings.window(), settings.perMinute());
        this.channel = channels.open(name);
        this.retry = settings.retry();
        this.clock = clock;
        this.random = random;
    }

    String name() {
        return name;
    }

    /** Sends at most one message. Returns false where nothing is to be done now. */
    boolean step() {
        if (!outbox.hasDue(clock.instant()) || !lease.take()) {
            return false;
        }
        try {
            AlertMessage message = claim();
            if (message != null) {
                deliver(message);
            }
            return message != null;
        } finally {
            lease.release();
        }
    }

    /** Decides what to send and marks it, before anything is sent. */
    @Nullable
    AlertMessage claim() {
        Instant now = clock.instant();
        Optional<UUID> next =
                metadata.transactions().execute(status -> lease.holds() ? plan.next(now) : Optional.<UUID>empty());
        return next == null ? null : next.map(outbox::message).orElse(null);
    }

    private void deliver(AlertMessage message) {
        String reason = failure(message);
        if (reason == null) {
            outbox.sent(message.id(), clock.instant());
            return;
        }
        int attempts = outbox.attempts(message.id()) + 1;
        if (attempts >= retry.attempts()) {
            outbox.givenUp(message.id(), reason);
            LOG.error(
                    "alert {} is undeliverable on channel {} after {} attempts: {}: {}",
                    message.id(),
                    name,
                    attempts,
                    reason,
                    message.title());
        } else {
            Duration wait = retry.after(attempts, random.get().nextDouble());
            outbox.failed(message.id(), clock.instant().plus(wait), reason);
            LOG.warn("alert {} was not sent on channel {}, attempt {}: {}", message.id(), name, attempts, reason);
        }
    }

    /** Sends, and gives the reason why that failed, or null. Whatever a channel throws is one alert's trouble, not the thread's. */
    private @Nullable String failure(AlertMessage message) {
        try {
            channel.send(message);
            return null;
        } catch (RuntimeException e) {
            String text = Causes.known(e).isPresent() ? "" : e.getClass().getSimpleName() + " ";
            return PlainText.line(text + Causes.firstLine(e), LONGEST_REASON);
        }
    }
}
