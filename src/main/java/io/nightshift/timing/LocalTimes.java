package io.nightshift.timing;

import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** Ascending local times, as a schedule declares them, without regard to any zone. Immutable and thread-safe. */
interface LocalTimes {

    /** The first time strictly after another, or null where none comes. */
    @Nullable
    LocalDateTime next(LocalDateTime after);

    /** For people. */
    String words();
}
