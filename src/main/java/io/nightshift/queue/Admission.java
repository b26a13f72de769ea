package io.nightshift.queue;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.WaitingRuns;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which waiting run is taken next. Live runs come before those of backfills, then the higher priority; among equals the
 * job with fewer runs at work, then the job that has waited longest since its last, then the run that was submitted first. A run
 * is passed over while its job, its schedule, its device or all processes together have as many as they may, while a run with the
 * same job and parameters is active, and before its next try is due. One process admits at a time. Thread-safe.
 */
final class Admission {

    private final QueueTable table;
    private final RunLedger runs;
    private final WaitingRuns waitingRuns;
    private final QueueLimits limits;
    private final Clock clock;

    Admission(QueueTable table, RunLedger runs, WaitingRuns waitingRuns, QueueLimits limits, Clock clock) {
        this.table = table;
        this.runs = runs;
        this.waitingRuns = waitingRuns;
        this.limits = limits;
        this.clock = clock;
    }

    /** Takes the next run for the caller, who is to work on it at once; it is held by a lease from here on. */
    Optional<RunRecord> take() {
        if (table.countWaiting() == 0) {
            return Optional.empty();
        }
        Optional<RunRecord> taken = table.transactions().execute(status -> next());
        return taken == null ? Optional.empty() : taken;
    }

    private Optional<RunRecord> next() {
        table.lockAdmission();
        List<QueuedRun> taken = table.taken();
        if (taken.size() >= limits.runs()) {
            return Optional.empty();
        }
        Map<String, Long> byDevice = taken.stream().collect(groupingBy(QueuedRun::device, counting()));
        List<String> busy = limits.runsPerDevice().entrySet().stream()
                .filter(limit -> byDevice.getOrDefault(limit.getKey(), 0L) >= limit.getValue())
                .map(Map.Entry::getKey)
                .toList();
        Instant now = clock.instant();
        for (QueuedRun candidate : table.candidates(now, taken, busy)) {
            if (waitingRuns.claim(candidate.run(), candidate.activeKey())) {
                table.taken(candidate, now);
                return Optional.of(runs.get(candidate.run()));
            }
        }
        return Optional.empty();
    }
}
