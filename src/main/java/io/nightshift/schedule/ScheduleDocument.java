package io.nightshift.schedule;

import io.nightshift.timing.PlannedFire;
import io.nightshift.timing.Timing;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of schedules and their fires, whoever prints or sends them. */
public final class ScheduleDocument {

    private ScheduleDocument() {}

    public static Map<String, @Nullable Object> of(ScheduleStatus schedule) {
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
    public static Map<String, @Nullable Object> whole(ScheduleStatus schedule) {
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

    public static Map<String, @Nullable Object> of(Fire fire) {
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

    /** The next planned fires of a schedule as its file is. */
    public static Map<String, @Nullable Object> next(ScheduleFile file, Timing timing, List<PlannedFire> fires) {
        ScheduleDefinition schedule = file.definition();
        return next(
                new Planned(schedule.name(), schedule.job(), timing.words(), schedule.zone(), schedule.paused()),
                fires);
    }

    /** The next planned fires of a schedule as it was applied. */
    public static Map<String, @Nullable Object> next(ScheduleStatus schedule, List<PlannedFire> fires) {
        return next(
                new Planned(
                        schedule.name(),
                        schedule.job(),
                        schedule.when(),
                        ZoneId.of(Objects.requireNonNull(schedule.timeZone(), "planned fires have a zone")),
                        schedule.pausedByFile()),
                fires);
    }

    private record Planned(String name, String job, String timing, ZoneId zone, boolean paused) {}

    private static Map<String, @Nullable Object> next(Planned schedule, List<PlannedFire> fires) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("schedule", schedule.name());
        document.put("job", schedule.job());
        document.put("timing", schedule.timing());
        document.put("time_zone", schedule.zone().getId());
        document.put("paused", schedule.paused());
        document.put(
                "fires", fires.stream().map(fire -> of(fire, schedule.zone())).toList());
        return document;
    }

    private static Map<String, @Nullable Object> of(PlannedFire fire, ZoneId zone) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("fire_time", fire.time().toString());
        document.put("local_time", fire.time().atZone(zone).toOffsetDateTime().toString());
        document.put("logical_date", fire.logicalDate().toString());
        document.put("note", fire.note());
        document.put("excluded_by", fire.excludedBy());
        return document;
    }

    /** What applying the files changed. */
    public static Map<String, Object> of(List<ScheduleChange> changes) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        for (ScheduleChange change : changes) {
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("schedule", change.schedule());
            document.put("kind", change.kind().name());
            document.put("details", change.details());
            all.add(document);
        }
        return Map.of("changes", all);
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
