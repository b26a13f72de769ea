package io.nightshift.timing;

import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One moment at which a schedule is due.
 *
 * @param time the moment, unique for a schedule
 * @param logicalDate the local date and time that the fire stands for: the time on the zone's clock, or the time as
 *     declared where the clock skips it
 * @param note a remark on daylight saving, empty where there is none
 * @param excludedBy why it does not happen, such as {@code "holiday in DE: Christmas Day"}, or null where it does
 */
public record PlannedFire(
        Instant time,
        LocalDateTime logicalDate,
        String note,
        @Nullable String excludedBy) {}
