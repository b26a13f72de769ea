package io.nightshift.timing;

import java.time.LocalDate;
import java.util.Optional;

/** Which days a schedule leaves out. Immutable and thread-safe. */
public final class FireCalendar {

    /** Leaves out no day. */
    public static final FireCalendar NONE = new FireCalendar();

    private FireCalendar() {}

    /** Why nothing happens on a day, or empty where it does. */
    Optional<String> excluded(LocalDate day) {
        return Optional.empty();
    }

    /** For people, to stand behind a timing's words; empty where no day is left out. */
    String words() {
        return "";
    }
}
