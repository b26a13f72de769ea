package io.nightshift.schedule;

import io.nightshift.timing.CalendarFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Schedules parsed from the text that was applied, the latest used ones kept. Thread-safe. */
final class Definitions {

    private static final int MOST_KEPT = 5000;

    private final ScheduleTable table;
    private final CalendarFiles.Memory calendars = new CalendarFiles.Memory();
    private final Map<String, ScheduleDefinition> byHash = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ScheduleDefinition> eldest) {
            return size() > MOST_KEPT;
        }
    };

    Definitions(ScheduleTable table) {
        this.table = table;
    }

    /**
     * With the calendars of the moment when it was applied, wherever this process runs.
     *
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID where this version cannot read it
     */
    ScheduleDefinition of(KnownSchedule schedule) {
        ScheduleDefinition kept = find(schedule.sha256());
        if (kept != null) {
            return kept;
        }
        // Nobody may wait here for one who waits for a connection.
        ScheduleDefinition parsed = ScheduleFile.parse(
                        schedule.file(), schedule.definition(), calendars(schedule.calendars()))
                .definition();
        keep(schedule.sha256(), parsed);
        return parsed;
    }

    /** Spares parsing what is parsed already. */
    void keep(String sha256, ScheduleDefinition definition) {
        synchronized (byHash) {
            byHash.put(sha256, definition);
        }
    }

    private @Nullable ScheduleDefinition find(String sha256) {
        synchronized (byHash) {
            return byHash.get(sha256);
        }
    }

    private CalendarFiles calendars(@Nullable String digests) {
        return digests == null
                ? CalendarFiles.here()
                : CalendarFiles.kept(ScheduleTable.digests(digests), table::calendar, calendars);
    }
}
