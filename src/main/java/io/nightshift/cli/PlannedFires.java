package io.nightshift.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Planned fires of a schedule for people, from their document. Neighbours that are left out for one reason share a line. */
final class PlannedFires {

    private PlannedFires() {}

    static String text(JsonNode schedule) {
        ZoneId zone = ZoneId.of(schedule.get("time_zone").asString());
        String heading = schedule.get("schedule").asString() + ": job "
                + schedule.get("job").asString() + ", " + schedule.get("timing").asString()
                + (schedule.get("paused").asBoolean() ? " (paused)" : "");
        if (schedule.get("fires").isEmpty()) {
            return heading + "\nno fire within the next five years";
        }
        TextTable table =
                new TextTable(List.of("FIRE TIME (" + zone.getId() + ")", "LOGICAL DATE", "UTC", "NOTE", "LEFT OUT"));
        for (List<JsonNode> group : groups(schedule.get("fires"))) {
            JsonNode first = group.get(0);
            String more = group.size() == 1
                    ? ""
                    : " (" + group.size() + " times, to "
                            + group.get(group.size() - 1).get("logical_date").asString() + ")";
            Instant time = Instant.parse(first.get("fire_time").asString());
            table.row(List.of(
                    ScheduleText.LOCAL.format(time.atZone(zone)),
                    first.get("logical_date").asString(),
                    time.toString(),
                    first.get("note").asString(),
                    first.get("excluded_by").isString()
                            ? first.get("excluded_by").asString() + more
                            : ""));
        }
        return heading + "\n" + table.render();
    }

    private static List<List<JsonNode>> groups(JsonNode fires) {
        List<List<JsonNode>> groups = new ArrayList<>();
        JsonNode last = null;
        for (JsonNode fire : fires) {
            boolean together = last != null
                    && fire.get("excluded_by").isString()
                    && fire.get("excluded_by").equals(last.get("excluded_by"))
                    && fire.get("note").equals(last.get("note"));
            if (!together) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(fire);
            last = fire;
        }
        return groups;
    }
}
