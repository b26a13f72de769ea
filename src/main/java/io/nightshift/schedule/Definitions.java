package io.nightshift.schedule;

import io.nightshift.timing.CalendarFiles;
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
     * With the calendars of the moment when it was applied, wherever this process runs.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID where this version cannot read it
     */
    ScheduleDefinition of(KnownSchedule schedule) {
        synchronized (byHash) {
            return byHash.computeIfAbsent(schedule.sha256(), hash -> ScheduleFile.parse(
                            schedule.file(), schedule.definition(), calendars(schedule))
                    .definition());
        }
    }

    private static CalendarFiles calendars(KnownSchedule schedule) {
        return schedule.calendars() == null ? CalendarFiles.here() : CalendarFiles.kept(schedule.calendars());
    }
}
