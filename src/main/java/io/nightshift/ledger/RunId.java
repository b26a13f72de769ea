package io.nightshift.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** A run's identity everywhere: a UUID of version 7, so that ids sort by the time of their creation. */
public record RunId(UUID value) implements Comparable<RunId> {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION_7 = 0x7000L;
    private static final long RANDOM_12_BITS = 0x0FFFL;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM_62_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    /** A new id: 48 bits of Unix milliseconds, then random bits (RFC 9562, section 5.7). */
    static RunId create(Clock clock) {
        long high = (clock.millis() << 16) | VERSION_7 | (RANDOM.nextLong() & RANDOM_12_BITS);
        return new RunId(new UUID(high, VARIANT | (RANDOM.nextLong() & RANDOM_62_BITS)));
    }

    @Override
    public int compareTo(RunId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
