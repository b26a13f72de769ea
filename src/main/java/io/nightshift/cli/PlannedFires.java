package io.nightshift.cli;

import io.nightshift.schedule.ScheduleFile;
import io.nightshift.timing.PlannedFire;
import io.nightshift.timing.Timing;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Planned fires of a schedule, as a table and as JSON. Neighbours that are left out for one reason share a line. */
record PlannedFires(ScheduleFile schedule, Timing timing, List<PlannedFire> fires) {

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ENGLISH);

    String text() {
        ZoneId zone = schedule.definition().zone();
        String heading = schedule.name() + ": job " + schedule.definition().job() + ", " + timing.words()
                + (schedule.definition().paused() ? " (paused)" : "");
        if (fires.isEmpty()) {
            return heading + "\nno fire within the next five years";
        }
        TextTable table =
                new TextTable(List.of("FIRE TIME (" + zone.getId() + ")", "LOGICAL DATE", "UTC", "NOTE", "LEFT OUT"));
        for (List<PlannedFire> group : groups()) {
            PlannedFire first = group.get(0);
            String more = group.size() == 1
                    ? ""
                    : " (" + group.size() + " times, to "
                            + group.get(group.size() - 1).logicalDate() + ")";
            table.row(List.of(
                    LOCAL.format(first.time().atZone(zone)),
                    first.logicalDate().toString(),
                    first.time().toString(),
                    first.note(),
                    first.excludedBy() == null ? "" : first.excludedBy() + more));
        }
        return heading + "\n" + table.render();
    }

    private List<List<PlannedFire>> groups() {
        List<List<PlannedFire>> groups = new ArrayList<>();
        PlannedFire last = null;
        for (PlannedFire fire : fires) {
            boolean together = last != null
                    && fire.excludedBy() != null
                    && Objects.equals(fire.excludedBy(), last.excludedBy())
                    && fire.note().equals(last.note());
            if (!together) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(fire);
            last = fire;
        }
        return groups;
    }

    /** Every planned fire for itself. */
    Map<String, Object> document() {
        List<Map<String, @Nullable Object>> planned = new ArrayList<>();
        for (PlannedFire fire : fires) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("fire_time", fire.time().toString());
            one.put(
                    "local_time",
                    fire.time()
                            .atZone(schedule.definition().zone())
                            .toOffsetDateTime()
                            .toString());
            one.put("logical_date", fire.logicalDate().toString());
            one.put("note", fire.note());
            one.put("excluded_by", fire.excludedBy());
            planned.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schedule", schedule.name());
        document.put("job", schedule.definition().job());
        document.put("timing", timing.words());
        document.put("time_zone", schedule.definition().zone().getId());
        document.put("paused", schedule.definition().paused());
        document.put("fires", planned);
        return document;
    }
}
