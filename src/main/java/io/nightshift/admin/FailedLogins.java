package io.nightshift.admin;

import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts refused tokens by the address they come from: ten in a minute, then nothing unknown is looked at from there for a while. A
 * token that was good from an address before stays good: somebody else on it must not lock its holder out. Thread-safe.
 */
final class FailedLogins {

    static final int MOST = StrangerLimit.MOST;
    private static final int MOST_KNOWN = 100;

    private final StrangerLimit failures;
    private final Map<String, Set<Integer>> known = Addresses.remembered();

    FailedLogins(Clock clock) {
        this.failures = new StrangerLimit(clock);
    }

    synchronized boolean isBlocked(String address, String secret) {
        return !known(address).contains(secret.hashCode()) && failures.isReached(address);
    }

    synchronized void failed(String address, String secret) {
        known(address).remove(secret.hashCode());
        failures.count(address);
    }

    synchronized void succeeded(String address, String secret) {
        Set<Integer> good = known.computeIfAbsent(Addresses.network(address), key -> new HashSet<>());
        if (good.size() < MOST_KNOWN) {
            good.add(secret.hashCode());
        }
    }

    private Set<Integer> known(String address) {
        return known.getOrDefault(Addresses.network(address), new HashSet<>());
    }
}
