package io.nightshift.cli;

import io.nightshift.backfill.BackfillDate.State;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What there is to say of backfills: as text with a bar of their dates, from their documents. */
final class BackfillReport {

    private static final int BAR = 60;
    private static final int MOST_LINES = 20;

    /** Of several dates in one place of the bar, the state that comes first here is shown. */
    private static final List<State> SHOWN_FIRST =
            List.of(State.FAILED, State.STOPPED, State.RUNNING, State.QUEUED, State.WAITING, State.DONE, State.SKIPPED);

    private static final Set<State> REMARKABLE = EnumSet.of(State.FAILED, State.STOPPED, State.SKIPPED);

    private BackfillReport() {}

    static String table(JsonNode backfills) {
        TextTable table = new TextTable(List.of(
                "BACKFILL",
                "JOB",
                "FROM",
                "TO",
                "STATE",
                "DATES",
                "DONE",
                "RUNNING",
                "WAITING",
                "FAILED",
                "SKIPPED",
                "BY"));
        for (JsonNode backfill : backfills) {
            table.row(List.of(
                    backfill.get("backfill").asString(),
                    backfill.get("job").asString(),
                    date(backfill, "from"),
                    date(backfill, "to"),
                    backfill.get("state").asString(),
                    backfill.get("dates").asString(),
                    count(backfill, State.DONE),
                    count(backfill, State.RUNNING),
                    count(backfill, State.WAITING, State.QUEUED),
                    count(backfill, State.FAILED, State.STOPPED),
                    count(backfill, State.SKIPPED),
                    backfill.get("who").asString()));
        }
        return table.render();
    }

    private static String date(JsonNode document, String name) {
        return LocalDateTime.parse(document.get(name).asString()).toString();
    }

    private static String count(JsonNode backfill, State... states) {
        return Integer.toString(Arrays.stream(states)
                .mapToInt(state -> backfill.get("counts").get(word(state)).asInt())
                .sum());
    }

    /** @param backfill with its dates, or without: then their counts alone are shown */
    static String text(JsonNode backfill) {
        StringBuilder text = new StringBuilder();
        String reason = backfill.get("reason").asString();
        text.append("backfill ")
                .append(backfill.get("backfill").asString())
                .append(" of job ")
                .append(backfill.get("job").asString());
        text.append("\nstate    ").append(backfill.get("state").asString());
        text.append(reason.isEmpty() ? "" : ": " + reason);
        text.append("\ndates    ")
                .append(date(backfill, "from"))
                .append(" to ")
                .append(date(backfill, "to"))
                .append(" every ")
                .append(backfill.get("every").asString())
                .append(", ")
                .append(backfill.get("parallel").asString())
                .append(" at once, only ")
                .append(backfill.get("only").asString());
        text.append("\n         ").append(line(backfill));
        int remarkable = 0;
        for (JsonNode each : backfill.path("by_date")) {
            if (REMARKABLE.contains(state(each))) {
                remarkable++;
                if (remarkable <= MOST_LINES) {
                    text.append('\n').append(line(state(each), each));
                }
            }
        }
        if (remarkable > MOST_LINES) {
            text.append("\n         and ")
                    .append(remarkable - MOST_LINES)
                    .append(" more; --output json shows every date");
        }
        return text.toString();
    }

    private static String line(State state, JsonNode date) {
        String reason = date.get("reason").asString().lines().findFirst().orElse("");
        String run = date.path("run").asString("");
        return String.format(Locale.ROOT, "%-8s ", word(state))
                + date(date, "logical_date")
                + (run.isEmpty() ? "" : " run " + run)
                + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** The bar and the counts; the counts alone where the dates are not there one by one. */
    static String line(JsonNode backfill) {
        StringBuilder counts = new StringBuilder();
        for (State state : State.values()) {
            String count = count(backfill, state);
            if (!count.equals("0")) {
                counts.append("  ").append(count).append(' ').append(word(state));
            }
        }
        if (!backfill.has("by_date")) {
            return counts.toString().strip();
        }
        List<State> states = new ArrayList<>();
        backfill.get("by_date").forEach(date -> states.add(state(date)));
        return "[" + bar(states) + "]" + counts;
    }

    private static State state(JsonNode date) {
        return State.valueOf(date.get("state").asString().toUpperCase(Locale.ROOT));
    }

    /** One place for each date, or for several where there are many: {@code #} done, {@code -} skipped, {@code x} failed. */
    static String bar(List<State> dates) {
        int places = Math.min(BAR, dates.size());
        StringBuilder bar = new StringBuilder();
        for (int place = 0; place < places; place++) {
            int from = (int) ((long) place * dates.size() / places);
            int to = (int) ((long) (place + 1) * dates.size() / places);
            bar.append(mark(dates.subList(from, to)));
        }
        return bar.toString();
    }

    private static char mark(List<State> dates) {
        for (State state : SHOWN_FIRST) {
            if (dates.contains(state)) {
                return switch (state) {
                    case FAILED -> 'x';
                    case STOPPED -> '!';
                    case RUNNING -> '>';
                    case QUEUED -> ':';
                    case WAITING -> '.';
                    case DONE -> '#';
                    case SKIPPED -> '-';
                };
            }
        }
        return '.';
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
