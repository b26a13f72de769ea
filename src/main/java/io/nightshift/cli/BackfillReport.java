package io.nightshift.cli;

import io.nightshift.backfill.Backfill;
import io.nightshift.backfill.BackfillDate;
import io.nightshift.backfill.BackfillDate.State;
import io.nightshift.backfill.BackfillProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to say of backfills: as text with a bar of their dates, and as JSON. */
final class BackfillReport {

    private static final int BAR = 60;
    private static final int MOST_LINES = 20;

    /** Of several dates in one place of the bar, the state that comes first here is shown. */
    private static final List<State> SHOWN_FIRST =
            List.of(State.FAILED, State.STOPPED, State.RUNNING, State.QUEUED, State.WAITING, State.DONE, State.SKIPPED);

    private BackfillReport() {}

    static Map<String, @Nullable Object> document(Backfill backfill) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("backfill", backfill.id());
        document.put("job", backfill.request().job());
        document.put("from", backfill.request().from());
        document.put("to", backfill.request().to());
        document.put("every", backfill.request().every());
        document.put("parallel", backfill.request().parallel());
        document.put("only", backfill.request().selection().name().toLowerCase(Locale.ROOT));
        document.put("model", backfill.request().model());
        document.put("parameters", backfill.request().parameters());
        document.put("state", backfill.state());
        document.put("reason", backfill.reason());
        document.put("who", backfill.who());
        document.put("created_at", backfill.createdAt());
        document.put("ended_at", backfill.endedAt());
        document.put("dates", backfill.dates());
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (State state : State.values()) {
            counts.put(word(state), backfill.count(state));
        }
        document.put("counts", counts);
        return document;
    }

    static Map<String, @Nullable Object> document(BackfillProgress progress) {
        Map<String, @Nullable Object> document = document(progress.backfill());
        List<Map<String, @Nullable Object>> dates = new ArrayList<>();
        for (BackfillDate date : progress.dates()) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("logical_date", date.logicalDate());
            entry.put("state", word(date.state()));
            entry.put("run", date.run() == null ? null : date.run().toString());
            entry.put("reason", date.reason());
            dates.add(entry);
        }
        document.put("by_date", dates);
        return document;
    }

    static String table(List<Backfill> backfills) {
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
        for (Backfill backfill : backfills) {
            table.row(List.of(
                    Long.toString(backfill.id()),
                    backfill.request().job(),
                    backfill.request().from().toString(),
                    backfill.request().to().toString(),
                    backfill.state().name(),
                    Integer.toString(backfill.dates()),
                    Integer.toString(backfill.count(State.DONE)),
                    Integer.toString(backfill.count(State.RUNNING)),
                    Integer.toString(backfill.count(State.WAITING) + backfill.count(State.QUEUED)),
                    Integer.toString(backfill.count(State.FAILED) + backfill.count(State.STOPPED)),
                    Integer.toString(backfill.count(State.SKIPPED)),
                    backfill.who()));
        }
        return table.render();
    }

    static String text(BackfillProgress progress) {
        Backfill backfill = progress.backfill();
        StringBuilder text = new StringBuilder();
        text.append("backfill ")
                .append(backfill.id())
                .append(" of job ")
                .append(backfill.request().job());
        text.append("\nstate    ").append(backfill.state());
        text.append(backfill.reason().isEmpty() ? "" : ": " + backfill.reason());
        text.append("\ndates    ")
                .append(backfill.request().from())
                .append(" to ")
                .append(backfill.request().to())
                .append(" every ")
                .append(backfill.request().every())
                .append(", ")
                .append(backfill.request().parallel())
                .append(" at once, only ")
                .append(backfill.request().selection().name().toLowerCase(Locale.ROOT));
        text.append("\n         ").append(line(progress));
        List<BackfillDate> remarkable = progress.dates().stream()
                .filter(date ->
                        date.state() == State.FAILED || date.state() == State.STOPPED || date.state() == State.SKIPPED)
                .toList();
        for (BackfillDate date : remarkable.subList(0, Math.min(MOST_LINES, remarkable.size()))) {
            text.append('\n')
                    .append(String.format(Locale.ROOT, "%-8s ", word(date.state())))
                    .append(date.logicalDate())
                    .append(date.run() == null ? "" : " run " + date.run())
                    .append(
                            date.reason().isEmpty()
                                    ? ""
                                    : ": " + date.reason().lines().findFirst().orElse(""));
        }
        if (remarkable.size() > MOST_LINES) {
            text.append("\n         and ")
                    .append(remarkable.size() - MOST_LINES)
                    .append(" more; --output json shows every date");
        }
        return text.toString();
    }

    /** The bar and the counts. */
    static String line(BackfillProgress progress) {
        Backfill backfill = progress.backfill();
        StringBuilder counts = new StringBuilder();
        for (State state : State.values()) {
            if (backfill.count(state) > 0) {
                counts.append("  ").append(backfill.count(state)).append(' ').append(word(state));
            }
        }
        return "[" + bar(progress.dates()) + "]" + counts;
    }

    /** One place for each date, or for several where there are many: {@code #} done, {@code -} skipped, {@code x} failed. */
    static String bar(List<BackfillDate> dates) {
        int places = Math.min(BAR, dates.size());
        StringBuilder bar = new StringBuilder();
        for (int place = 0; place < places; place++) {
            int from = (int) ((long) place * dates.size() / places);
            int to = (int) ((long) (place + 1) * dates.size() / places);
            bar.append(mark(dates.subList(from, to)));
        }
        return bar.toString();
    }

    private static char mark(List<BackfillDate> dates) {
        for (State state : SHOWN_FIRST) {
            if (dates.stream().anyMatch(date -> date.state() == state)) {
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

    static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
