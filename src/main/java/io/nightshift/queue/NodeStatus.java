package io.nightshift.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A process that serves, as it last said.
 *
 * @param name user, process and machine
 * @param seenAt when it last said so, by the database's clock
 * @param alive whether that is recent enough to count on it
 * @param skew its clock minus the database's
 * @param workers runs that it works on at once
 * @param idleReason why it takes no runs; null where it does
 * @param address of its endpoint; null where it has none
 */
public record NodeStatus(
        UUID id,
        String name,
        Instant startedAt,
        Instant seenAt,
        boolean alive,
        Duration skew,
        int workers,
        @Nullable String idleReason,
        @Nullable String address) {}
