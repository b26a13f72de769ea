package io.nightshift.timing;

import java.time.LocalDate;
import java.util.Optional;

/** Days off by date. Immutable to its callers and thread-safe. */
interface DayCalendar {

    /** As a schedule names it. */
    String name();

    /** Why a day is off, for people, or empty where it is not. */
    Optional<String> dayOff(LocalDate day);
}
