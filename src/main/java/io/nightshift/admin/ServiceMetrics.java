package io.nightshift.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nightshift.ledger.RunSearch;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.RunTotals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * What is measured of the service. Counters are of this process and can be added up over several; the time of a job's last success and
 * the length of the queue are those of the database, the same in every process. Labels are names of jobs and states, never of runs.
 */
final class ServiceMetrics implements AutoCloseable {

    private static final Duration SUCCESS_AGE = Duration.ofSeconds(15);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Map<String, Instant> successes = new ConcurrentHashMap<>();
    private final RunTotals totals;
    private final RunSearch search;
    private final Clock clock;
    private Instant successesAt = Instant.EPOCH;

    ServiceMetrics(RunTotals totals, RunSearch search, RunQueue queue, Clock clock) {
        this.totals = totals;
        this.search = search;
        this.clock = clock;
        Gauge.builder("nightshift.queue.waiting", queue, RunQueue::countWaiting)
                .description("Runs that wait to be taken")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    /** The metrics in Prometheus' text form. */
    String scrape() {
        totals.now().keySet().forEach(this::register);
        refreshSuccesses();
        return registry.scrape();
    }

    /** Registering twice changes nothing. */
    private void register(RunTotals.Key key) {
        FunctionTimer.builder(
                        "nightshift.run",
                        totals,
                        all -> all.of(key).runs(),
                        all -> all.of(key).time().toNanos() / 1e9,
                        TimeUnit.SECONDS)
                .description("Runs that ended, and the time from their start to their end")
                .tags("job", key.job(), "state", key.state())
                .register(registry);
        if (key.state().equals("COMPLETED")) {
            rows(key, "predicted", RunTotals.Total::predicted);
            rows(key, "rejected", RunTotals.Total::rejected);
            rows(key, "filtered", RunTotals.Total::filtered);
        }
    }

    private void rows(RunTotals.Key key, String outcome, ToLongFunction<RunTotals.Total> count) {
        FunctionCounter.builder("nightshift.rows", totals, all -> count.applyAsLong(all.of(key)))
                .description("Rows of completed runs by what became of them")
                .tags(Tags.of("job", key.job(), "outcome", outcome))
                .register(registry);
    }

    private synchronized void refreshSuccesses() {
        Instant now = clock.instant();
        if (Duration.between(successesAt, now).compareTo(SUCCESS_AGE) < 0) {
            return;
        }
        successesAt = now;
        successes.putAll(search.lastSuccesses());
        successes.keySet().forEach(job -> Gauge.builder(
                        "nightshift.run.last.success.timestamp",
                        successes,
                        times -> times.getOrDefault(job, Instant.EPOCH).toEpochMilli() / 1e3)
                .baseUnit("seconds")
                .description("When the newest completed run of a job ended")
                .tags("job", job)
                .register(registry));
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
