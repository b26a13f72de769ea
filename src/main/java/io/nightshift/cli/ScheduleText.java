package io.nightshift.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Schedules and their fires for people, from their documents. */
final class ScheduleText {

    /** A moment on the clock of a zone. */
    static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ENGLISH);

    private final Session session;

    ScheduleText(Session session) {
        this.session = session;
    }

    /** Says how a schedule stands after it was changed. */
    void printStanding(JsonNode schedule) {
        if (session.json()) {
            session.terminal().printJson(schedule);
        } else {
            String next = next(schedule);
            session.terminal()
                    .print("schedule " + schedule.get("schedule").asString() + " is " + standing(schedule)
                            + (next.isEmpty() ? "" : "; next planned: " + next));
        }
    }

    static String table(JsonNode schedules) {
        TextTable table = new TextTable(List.of("SCHEDULE", "JOB", "WHEN", "NEXT", "STATE", "LAST"));
        for (JsonNode schedule : schedules) {
            JsonNode last = schedule.get("last_fire");
            table.row(List.of(
                    schedule.get("schedule").asString(),
                    schedule.get("job").asString(),
                    schedule.get("when").asString(),
                    next(schedule),
                    standing(schedule),
                    last.isObject()
                            ? last.get("logical_date").asString() + " "
                                    + last.get("outcome").asString()
                            : ""));
        }
        return table.render();
    }

    private static String next(JsonNode schedule) {
        if (!schedule.get("next_fire").isString()) {
            return "";
        }
        // A schedule whose text cannot be read has a plan still, and no zone.
        JsonNode zone = schedule.path("time_zone");
        return LOCAL.format(Instant.parse(schedule.get("next_fire").asString())
                .atZone(zone.isString() ? ZoneId.of(zone.asString()) : ZoneOffset.UTC));
    }

    private static String standing(JsonNode schedule) {
        if (schedule.get("trouble").isString()) {
            return "in trouble: " + schedule.get("trouble").asString();
        }
        JsonNode pause = schedule.get("pause");
        if (pause.isObject()) {
            String until = pause.path("until").asString("");
            return "paused by " + pause.get("by").asString() + ": "
                    + pause.get("reason").asString() + (until.isEmpty() ? "" : ", until " + until);
        }
        return schedule.get("paused_by_file").asBoolean() ? "paused by its file" : "active";
    }

    /** Everything of one schedule. */
    static List<String> lines(JsonNode schedule) {
        List<String> lines = new ArrayList<>();
        lines.add("schedule  " + schedule.get("schedule").asString());
        lines.add("job       " + schedule.get("job").asString());
        lines.add("when      " + schedule.get("when").asString());
        lines.add("state     " + standing(schedule));
        lines.add("next      " + next(schedule));
        JsonNode last = schedule.get("last_fire");
        if (last.isObject()) {
            lines.add("last      " + last.get("fire_time").asString() + " for "
                    + last.get("logical_date").asString() + ": "
                    + last.get("outcome").asString() + ", " + last.get("reason").asString()
                    + (last.get("run").isString() ? ", run " + last.get("run").asString() : ""));
        }
        List<String> counts = new ArrayList<>();
        schedule.get("outcomes").forEachEntry((outcome, count) -> counts.add(count.asString() + " " + outcome));
        lines.add("fires     " + (counts.isEmpty() ? "none" : String.join(", ", counts)));
        lines.add("applied   " + schedule.get("applied").asString() + " from "
                + schedule.get("file").asString() + " by "
                + schedule.get("applied_by").asString());
        lines.add("");
        lines.add(schedule.get("definition").asString().stripTrailing());
        lines.replaceAll(String::stripTrailing);
        return lines;
    }

    static String fires(JsonNode fires) {
        TextTable table =
                new TextTable(List.of("FIRE TIME (UTC)", "SCHEDULE", "LOGICAL DATE", "OUTCOME", "RUN", "REASON"));
        for (JsonNode fire : fires) {
            table.row(List.of(
                    fire.get("fire_time").asString(),
                    fire.get("schedule").asString(),
                    fire.get("logical_date").asString(),
                    fire.get("outcome").asString(),
                    fire.path("run").asString(""),
                    fire.get("reason").asString()));
        }
        return table.render();
    }

    static boolean removes(JsonNode changes) {
        return changes.valueStream()
                .anyMatch(change -> change.get("kind").asString().equals("REMOVED"));
    }

    static String changes(JsonNode changes) {
        if (changes.isEmpty()) {
            return "the schedules are as their files say; nothing changed";
        }
        TextTable table = new TextTable(List.of("SCHEDULE", "CHANGE", "DETAILS"));
        for (JsonNode change : changes) {
            table.row(List.of(
                    change.get("schedule").asString(),
                    change.get("kind").asString(),
                    change.path("details").asString("")));
        }
        return table.render();
    }
}
