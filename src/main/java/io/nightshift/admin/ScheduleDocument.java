package io.nightshift.admin;

import io.nightshift.schedule.Fire;
import io.nightshift.schedule.Pause;
import io.nightshift.schedule.ScheduleStatus;
import io.nightshift.timing.PlannedFire;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of schedules and their fires. */
final class ScheduleDocument {

    private ScheduleDocument() {}

    static Map<String, @Nullable Object> of(ScheduleStatus schedule) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("schedule", schedule.name());
        document.put("job", schedule.job());
        document.put("when", schedule.when());
        document.put("time_zone", schedule.timeZone());
        document.put("next_fire", text(schedule.nextFireAt()));
        document.put("paused_by_file", schedule.pausedByFile());
        document.put("pause", schedule.pause() == null ? null : pause(schedule.pause()));
        document.put("trouble", schedule.trouble());
        document.put("last_fire", schedule.lastFire() == null ? null : of(schedule.lastFire()));
        Map<String, Long> outcomes = new TreeMap<>();
        schedule.outcomes().forEach((outcome, count) -> outcomes.put(outcome.name(), count));
        document.put("outcomes", outcomes);
        document.put("file", schedule.file());
        document.put("applied", schedule.appliedAt().toString());
        document.put("applied_by", schedule.appliedBy());
        return document;
    }

    /** With the text of its file. */
    static Map<String, @Nullable Object> whole(ScheduleStatus schedule) {
        Map<String, @Nullable Object> document = of(schedule);
        document.put("definition", schedule.definition());
        return document;
    }

    private static Map<String, @Nullable Object> pause(Pause pause) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("by", pause.who());
        document.put("reason", pause.reason());
        document.put("at", pause.since().toString());
        document.put("until", text(pause.until()));
        return document;
    }

    static Map<String, @Nullable Object> of(Fire fire) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("schedule", fire.schedule());
        document.put("fire_time", fire.fireTime().toString());
        document.put("logical_date", fire.logicalDate().toString());
        document.put("outcome", fire.outcome().name());
        document.put("reason", fire.reason());
        document.put("run", fire.run() == null ? null : fire.run().toString());
        document.put("recorded", fire.recordedAt().toString());
        document.put("finish_by", text(fire.finishBy()));
        return document;
    }

    static Map<String, @Nullable Object> of(PlannedFire fire) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("fire_time", fire.time().toString());
        document.put("logical_date", fire.logicalDate().toString());
        document.put("note", fire.note());
        document.put("excluded_by", fire.excludedBy());
        return document;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
