package io.nightshift.backfill;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What JSON documents say of backfills and their dates, whoever prints or sends them. */
public final class BackfillDocument {

    private BackfillDocument() {}

    public static Map<String, @Nullable Object> of(Backfill backfill) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("backfill", backfill.id());
        document.put("job", backfill.request().job());
        document.put("from", text(backfill.request().from()));
        document.put("to", text(backfill.request().to()));
        document.put("every", backfill.request().every());
        document.put("parallel", backfill.request().parallel());
        document.put("only", backfill.request().selection().name().toLowerCase(Locale.ROOT));
        document.put("model", backfill.request().model());
        document.put("parameters", backfill.request().parameters());
        document.put("state", backfill.state().name());
        document.put("reason", backfill.reason());
        document.put("who", backfill.who());
        document.put("created_at", backfill.createdAt().toString());
        document.put(
                "ended_at",
                backfill.endedAt() == null ? null : backfill.endedAt().toString());
        document.put("dates", backfill.dates());
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (BackfillDate.State state : BackfillDate.State.values()) {
            counts.put(state.name().toLowerCase(Locale.ROOT), backfill.count(state));
        }
        document.put("counts", counts);
        return document;
    }

    /** With each date, oldest first. */
    public static Map<String, @Nullable Object> of(BackfillProgress progress) {
        Map<String, @Nullable Object> document = of(progress.backfill());
        List<Map<String, @Nullable Object>> dates = new ArrayList<>();
        for (BackfillDate date : progress.dates()) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("logical_date", text(date.logicalDate()));
            entry.put("state", date.state().name().toLowerCase(Locale.ROOT));
            entry.put("run", date.run() == null ? null : date.run().toString());
            entry.put("reason", date.reason());
            dates.add(entry);
        }
        document.put("by_date", dates);
        return document;
    }

    private static String text(LocalDateTime date) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(date);
    }
}
