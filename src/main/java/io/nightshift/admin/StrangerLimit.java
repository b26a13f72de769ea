package io.nightshift.admin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which refusals of requests that nobody known sent are written down: ten from an address in a minute. Somebody without a token must not
 * fill the audit. Thread-safe.
 */
final class StrangerLimit {

    static final int MOST = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;

    private final Clock clock;
    private final Map<String, Deque<Instant>> written = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    StrangerLimit(Clock clock) {
        this.clock = clock;
    }

    /** Whether one more may be written down, which counts it. */
    synchronized boolean allows(String address) {
        Deque<Instant> times = written.computeIfAbsent(Addresses.network(address), key -> new ArrayDeque<>());
        Instant now = clock.instant();
        while (!times.isEmpty() && times.getFirst().isBefore(now.minus(WINDOW))) {
            times.removeFirst();
        }
        if (times.size() >= MOST) {
            return false;
        }
        times.addLast(now);
        return true;
    }
}
