package io.nightshift.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What this process last saw applied, so that it notices what others apply. Thread-safe. */
final class AppliedSchedules {

    private Map<String, Instant> last = Map.of();

    /** Whether others were applied than at the last look. */
    synchronized boolean changed(List<KnownSchedule> schedules) {
        Map<String, Instant> now =
                schedules.stream().collect(Collectors.toMap(KnownSchedule::name, KnownSchedule::appliedAt));
        boolean changed = !now.equals(last);
        last = now;
        return changed;
    }
}
