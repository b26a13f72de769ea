package io.nightshift.queue;

import io.nightshift.ledger.RunRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts the runs that this process let go since it started, each once and only when that is committed: of several processes each run
 * is counted by one. Thread-safe.
 */
public final class RunTotals implements RunEndings {

    private final Map<Key, Total> totals = new ConcurrentHashMap<>();

    /** @param state in which the runs ended */
    public record Key(String job, String state) {}

    /**
     * What runs of a job that ended in a state came to.
     *
     * @param time from their first start to their end
     */
    public record Total(long runs, Duration time, long predicted, long rejected, long filtered) {

        private static final Total NONE = new Total(0, Duration.ZERO, 0, 0, 0);

        private Total plus(RunRecord run) {
            Duration worked = run.startedAt() == null || run.endedAt() == null
                    ? Duration.ZERO
                    : Duration.between(run.startedAt(), run.endedAt());
            return new Total(
                    runs + 1,
                    time.plus(worked),
                    predicted + run.rows().predicted(),
                    rejected + run.rows().rejected(),
                    filtered + run.rows().filtered());
        }
    }

    @Override
    public void ended(RunRecord run) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            count(run);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void afterCommit() {
                count(run);
            }
        });
    }

    private void count(RunRecord run) {
        totals.merge(
                new Key(run.job().value(), run.state().name()),
                Total.NONE.plus(run),
                (known, first) -> known.plus(run));
    }

    /** As it stands now. */
    public Map<Key, Total> now() {
        return Map.copyOf(totals);
    }

    /** The total of a job and state, which may be nothing. */
    public Total of(Key key) {
        return totals.getOrDefault(key, Total.NONE);
    }
}
