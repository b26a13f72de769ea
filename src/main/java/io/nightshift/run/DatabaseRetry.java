package io.nightshift.run;

import io.nightshift.jdbc.DatabaseFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;

/**
 * Tries work on a database again, with growing pauses, where its SQLSTATE says that this helps: a lost connection, a server
 * that restarts, a deadlock. Never for bad SQL or bad data. Work must be safe to repeat. Thread-safe.
 */
final class DatabaseRetry {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseRetry.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration GIVE_UP = Duration.ofMinutes(1);

    private final RetryTemplate template = new RetryTemplate(RetryPolicy.builder()
            .predicate(DatabaseFailure::passes)
            .maxRetries(Integer.MAX_VALUE)
            .delay(FIRST_PAUSE)
            .multiplier(2)
            .jitter(FIRST_PAUSE.dividedBy(2))
            .maxDelay(LONGEST_PAUSE)
            .timeout(GIVE_UP)
            .build());

    /**
     * Does the work.
     *
     * @param what the work, in words that follow "cannot"
     */
    <T> T call(String what, Supplier<T> work) {
        return template.<T>invoke(() -> {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (DatabaseFailure.passes(e)) {
                    LOG.warn("cannot {} now: {}", what, DatabaseFailure.message(e));
                }
                throw e;
            }
        });
    }

    /** The same for work without a result. */
    void run(String what, Runnable work) {
        call(what, () -> {
            work.run();
            return true;
        });
    }

    /** What a call gives, checked exceptions and all. */
    @Nullable
    Object callChecked(Retryable<Optional<Object>> work) throws Throwable {
        try {
            return template.execute(work).orElse(null);
        } catch (RetryException e) {
            throw e.getCause();
        }
    }
}
