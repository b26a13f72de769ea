package io.nightshift.admin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Counts what requests that nobody known sent are put up with, by the address they come from: ten in a minute. Thread-safe. */
final class StrangerLimit {

    static final int MOST = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Deque<Instant>> counted = Addresses.remembered();

    StrangerLimit(Clock clock) {
        this.clock = clock;
    }

    /** Whether one more may come, which counts it. */
    synchronized boolean allows(String address) {
        if (isReached(address)) {
            return false;
        }
        count(address);
        return true;
    }

    /** Whether so many came that none more is put up with now. */
    synchronized boolean isReached(String address) {
        Deque<Instant> times = counted.get(Addresses.network(address));
        if (times == null) {
            return false;
        }
        Instant since = clock.instant().minus(WINDOW);
        while (!times.isEmpty() && times.getFirst().isBefore(since)) {
            times.removeFirst();
        }
        return times.size() >= MOST;
    }

    synchronized void count(String address) {
        Deque<Instant> times = counted.computeIfAbsent(Addresses.network(address), key -> new ArrayDeque<>());
        if (times.size() < MOST) {
            times.addLast(clock.instant());
        }
    }
}
