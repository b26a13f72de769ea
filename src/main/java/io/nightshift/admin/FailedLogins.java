package io.nightshift.admin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts refused tokens by the address they come from: ten in a minute, then nothing unknown is looked at from there for a while. A
 * token that was good from an address before stays good: somebody else on it must not lock its holder out. Thread-safe.
 */
final class FailedLogins {

    static final int MOST = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    private static final int MOST_KNOWN = 100;

    private final Clock clock;
    private final Map<String, Address> addresses = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Address> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    private static final class Address {

        private final Deque<Instant> failures = new ArrayDeque<>();
        private final Set<Integer> known = new HashSet<>();
    }

    FailedLogins(Clock clock) {
        this.clock = clock;
    }

    synchronized boolean isBlocked(String address, String secret) {
        Address seen = addresses.get(Addresses.network(address));
        if (seen == null || seen.known.contains(secret.hashCode())) {
            return false;
        }
        Instant since = clock.instant().minus(WINDOW);
        while (!seen.failures.isEmpty() && seen.failures.getFirst().isBefore(since)) {
            seen.failures.removeFirst();
        }
        return seen.failures.size() >= MOST;
    }

    synchronized void failed(String address, String secret) {
        Address seen = addresses.computeIfAbsent(Addresses.network(address), key -> new Address());
        seen.known.remove(secret.hashCode());
        if (seen.failures.size() < MOST) {
            seen.failures.addLast(clock.instant());
        }
    }

    synchronized void succeeded(String address, String secret) {
        Set<Integer> known = addresses.computeIfAbsent(Addresses.network(address), key -> new Address()).known;
        if (known.size() < MOST_KNOWN) {
            known.add(secret.hashCode());
        }
    }
}
