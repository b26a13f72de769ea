package io.nightshift.alert;

import io.nightshift.alert.ChannelOutbox.Sent;
import io.nightshift.alert.ChannelOutbox.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides what a channel sends next, and what waits to be told together with others. */
final class MessagePlan {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ChannelOutbox outbox;
    private final @Nullable QuietTime quiet;
    private final Duration window;
    private final int perMinute;

    /** @param quiet null for a channel that is always used */
    MessagePlan(ChannelOutbox outbox, @Nullable QuietTime quiet, Duration window, int perMinute) {
        this.outbox = outbox;
        this.quiet = quiet;
        this.window = window;
        this.perMinute = perMinute;
    }

    /**
     * The next message to send, decided and marked in the caller's transaction: one that is to be sent again, one of everything
     * whose wait is over, or one of the first new alert whose kind and subject was not told of in the window.
     */
    Optional<UUID> next(Instant now) {
        if (quiet != null) {
            quiet.endOf(now)
                    .ifPresent(
                            end -> outbox.holdDue(now, end, quiet.except(), "quiet until " + end.atZone(quiet.zone())));
        }
        Sent lastMinute = outbox.sentAfter(now.minus(MINUTE));
        if (lastMinute.messages() >= perMinute) {
            outbox.holdDue(
                    now, lastMinute.first().plus(MINUTE), Set.of(), "more than " + perMinute + " messages in a minute");
            return Optional.empty();
        }
        return outbox.dueMessage(now).or(() -> outbox.sumUp(now)).or(() -> firstOfItsGroup(now));
    }

    private Optional<UUID> firstOfItsGroup(Instant now) {
        Optional<Waiting> next = outbox.firstNew(now);
        while (next.isPresent()) {
            Waiting first = next.get();
            Optional<Instant> last =
                    outbox.lastSent(first).map(sent -> sent.plus(window)).filter(end -> end.isAfter(now));
            Optional<UUID> message =
                    last.isPresent() || outbox.isUnderWay(first) ? Optional.empty() : Optional.of(outbox.single(first));
            Instant until = last.orElse(now.plus(window));
            outbox.holdNew(first, now, until, "another of this kind and subject was told; the rest is summed up");
            if (message.isPresent()) {
                return message;
            }
            next = outbox.firstNew(now);
        }
        return Optional.empty();
    }
}
