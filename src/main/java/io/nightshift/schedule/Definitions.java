package io.nightshift.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/** Schedules parsed from the text that was applied, the latest used ones kept. Thread-safe. */
final class Definitions {

    private static final int MOST_KEPT = 5000;

    private final Map<String, ScheduleDefinition> byHash = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ScheduleDefinition> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /**
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID where this version, or this machine without the
     *     schedule's calendars, cannot read it
     */
    ScheduleDefinition of(KnownSchedule schedule) {
        synchronized (byHash) {
            return byHash.computeIfAbsent(
                    schedule.sha256(), hash -> ScheduleFile.parse(schedule.file(), schedule.definition())
                            .definition());
        }
    }

    /** Lets go of everything, so that calendars are read again. */
    void clear() {
        synchronized (byHash) {
            byHash.clear();
        }
    }
}
