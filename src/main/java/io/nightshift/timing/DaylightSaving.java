package io.nightshift.timing;

import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import java.util.List;

/**
 * What becomes of local times that a zone's clock skips or shows twice.
 *
 * @param gap for times that are skipped
 * @param overlap for times that come twice
 */
public record DaylightSaving(Gap gap, Overlap overlap) {

    /** Every declared time happens exactly once. */
    public static final DaylightSaving DEFAULT = new DaylightSaving(Gap.RUN_AFTER, Overlap.ONCE);

    private static final Key<Gap> GAP = Key.optional(
            "gap",
            Formats.oneOf(Gap.class),
            Gap.RUN_AFTER,
            "run_after",
            "What happens to a time that the clock skips in spring: it comes at the first moment after the gap (`run_after`),"
                    + " or is left out that day (`skip`).");
    private static final Key<Overlap> OVERLAP = Key.optional(
            "overlap",
            Formats.oneOf(Overlap.class),
            Overlap.ONCE,
            "once",
            "What happens to a time that the clock shows twice in autumn: it comes the first time only (`once`), or both times"
                    + " (`twice`).");

    /** How it is written in a schedule file. */
    public static final ValueFormat<DaylightSaving> FORMAT = MappingFormat.of(
            "the daylight saving rule",
            List.of(GAP, OVERLAP),
            keys -> new DaylightSaving(keys.get(GAP), keys.get(OVERLAP)));

    /** What becomes of a local time that does not exist on a day. */
    public enum Gap {
        /** It comes at the first moment after the gap; several such times, and a time that is due then, are one fire. */
        RUN_AFTER,
        /** It is left out. */
        SKIP
    }

    /** What becomes of a local time that a day has twice. */
    public enum Overlap {
        /** It comes at the first of the two moments. */
        ONCE,
        /** It comes at both. */
        TWICE
    }
}
