package io.nightshift.timing;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.List;

/** Local times that a day has twice, because the clocks go back. */
final class RepeatedTime {

    private RepeatedTime() {}

    /** Whether the clock showed the time before, at another offset. */
    static boolean isSecond(ZoneRules rules, LocalDateTime local, ZoneOffset offset) {
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        return offsets.size() > 1 && offsets.get(1).equals(offset);
    }

    /** A remark for people; empty for a time that is there once. */
    static String note(ZoneRules rules, LocalDateTime local, ZoneOffset offset) {
        if (rules.getValidOffsets(local).size() < 2) {
            return "";
        }
        return "the clock shows " + local.toLocalTime() + " twice that day, this is the "
                + (isSecond(rules, local, offset) ? "second" : "first") + " time";
    }
}
