package io.nightshift.backfill;

import java.util.List;

/** A backfill with all its dates, oldest first. */
public record BackfillProgress(Backfill backfill, List<BackfillDate> dates) {

    public BackfillProgress {
        dates = List.copyOf(dates);
    }
}
