package io.nightshift.schedule;

import io.nightshift.definition.Document;
import io.nightshift.storage.Storage.Place;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what was seen into events, in the caller's transaction, which holds the schedule's row: what is there at the first look
 * is known from then on and no event, and whatever differs later is one event. Thread-safe.
 */
final class ArrivalEvents {

    /** No place has this path. */
    private static final String FIRST_LOOK = "//";

    private static final int LONGEST = 400;
    private static final int SOURCE_DIGITS = 12;
    private static final Pattern DATE = Pattern.compile("(?:^|/)(?:[^/=]+=)?([0-9]{4}-[0-9]{2}-[0-9]{2})(?=/|$)");

    private final EventTable events;

    ArrivalEvents(EventTable events) {
        this.events = events;
    }

    /** @param at when the look began */
    record Look(KnownSchedule schedule, ScheduleDefinition definition, Trigger.Source source, Instant at) {

        /** Events of another source, such as an earlier path, say nothing of this one. */
        String prefix() {
            return Document.sha256(source.toString()).substring(0, SOURCE_DIGITS) + " ";
        }

        LocalDateTime seen() {
            return at.atZone(definition.zone()).toLocalDateTime().truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** @param byTime whether a place that becomes newer is another event */
    void places(Look look, List<Place> places, boolean byTime) {
        String prefix = look.prefix();
        Set<String> known = events.keys(look.schedule().name(), prefix);
        boolean first = known.isEmpty();
        if (first) {
            store(look, prefix + FIRST_LOOK, look.seen(), "the first look", true);
        }
        for (Place place : places) {
            String key =
                    prefix + shortened(place.path()) + (byTime ? " " + place.modifiedAt() + " " + place.size() : "");
            if (!known.contains(key)) {
                String details =
                        (place.folder() ? "folder " : "file ") + place.path() + ", modified at " + place.modifiedAt();
                store(look, key, byTime ? look.seen() : date(look, place.path()), details, first);
            }
        }
    }

    void value(Look look, String value) {
        String prefix = look.prefix();
        Optional<EventTable.Event> last = events.last(look.schedule().name(), prefix);
        String kept = shortened(value);
        if (last.isEmpty()) {
            store(look, prefix + number(0) + kept, look.seen(), "the first value", true);
            return;
        }
        // A slow query of another process may come back after a later one.
        if (last.get().seenAt().isAfter(look.at())) {
            return;
        }
        String numbered = last.get().key().substring(prefix.length());
        String before = numbered.substring(number(0).length());
        if (!before.equals(kept)) {
            long next = Long.parseLong(numbered.substring(0, numbered.indexOf(' '))) + 1;
            store(
                    look,
                    prefix + number(next) + kept,
                    look.seen(),
                    "the value is " + kept + ", it was " + before,
                    false);
        }
    }

    private static String number(long number) {
        return String.format(java.util.Locale.ROOT, "%010d ", number);
    }

    private void store(Look look, String key, LocalDateTime date, String details, boolean known) {
        EventTable.Event event = new EventTable.Event(look.schedule().name(), key, date, details, look.at());
        events.store(event);
        if (known) {
            events.acted(event, look.at());
        }
    }

    /** The last date that a path names, as partitions do; else when it was seen. */
    private static LocalDateTime date(Look look, String path) {
        LocalDateTime date = look.seen();
        Matcher matcher = DATE.matcher(path);
        while (matcher.find()) {
            try {
                date = LocalDate.parse(matcher.group(1)).atStartOfDay();
            } catch (DateTimeException noSuchDay) {
                // A name that only looks like a date.
                continue;
            }
        }
        return date;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "... " + Document.sha256(text);
    }
}
