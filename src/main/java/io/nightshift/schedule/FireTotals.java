package io.nightshift.schedule;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts the fires that this process recorded since it started, with the outcome that they had then, and only when that is committed: of
 * several processes each fire is counted by one. Thread-safe.
 */
public final class FireTotals {

    private final Map<Key, Total> totals = new ConcurrentHashMap<>();

    /** What fires are told apart by. */
    public record Key(String schedule, FireOutcome outcome) {}

    /**
     * What fires came to.
     *
     * @param delay from when they were due to when they were recorded
     */
    public record Total(long fires, Duration delay) {

        static final Total NONE = new Total(0, Duration.ZERO);

        Total plus(Total other) {
            return new Total(fires + other.fires, delay.plus(other.delay));
        }
    }

    /** Takes part in the caller's transaction. */
    void recorded(List<Fire> fires) {
        Map<Key, Total> more = new HashMap<>();
        for (Fire fire : fires) {
            Duration delay = Duration.between(fire.fireTime(), fire.recordedAt());
            more.merge(new Key(fire.schedule(), fire.outcome()), new Total(1, delay), Total::plus);
        }
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            add(more);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void afterCommit() {
                add(more);
            }
        });
    }

    private void add(Map<Key, Total> more) {
        more.forEach((key, total) -> totals.merge(key, total, Total::plus));
    }

    /** As it stands now. */
    public Map<Key, Total> now() {
        return Map.copyOf(totals);
    }

    /** The total of a schedule and outcome, which may be nothing. */
    public Total of(Key key) {
        return totals.getOrDefault(key, Total.NONE);
    }

    /** What became runs, whether in time or late. */
    public Total handedOver(String schedule) {
        return of(new Key(schedule, FireOutcome.FIRED)).plus(of(new Key(schedule, FireOutcome.LATE)));
    }
}
