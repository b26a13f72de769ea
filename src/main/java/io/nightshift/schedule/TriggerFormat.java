package io.nightshift.schedule;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.failure.Suggestion;
import io.nightshift.timing.CalendarFiles;
import io.nightshift.timing.DaylightSaving;
import io.nightshift.timing.FireCalendar;
import io.nightshift.timing.Timing;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How it is written what makes a schedule due. */
final class TriggerFormat {

    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Pattern SELECT = Pattern.compile("\\s*(?:select|with)\\b[^;]*", Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter STRICT =
            DateTimeFormatter.ISO_LOCAL_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

    private static final Key<String> CRON = Key.optional(
            "cron",
            Formats.text().as(TriggerFormat::cron),
            "Five fields as in crontab: minute, hour, day of the month, month, day of the week; local times of `time_zone`."
                    + " Beside lists, ranges, steps and names: `L` for the last day of a month, `FRIL` for its last Friday,"
                    + " `FRI#2` for its second.");
    private static final Key<Duration> EVERY = Key.optional(
            "every",
            Formats.duration(Duration.ofSeconds(1), Duration.ofDays(366)),
            "An interval, in steps from 1970-01-01T00:00Z whatever the clocks do.");
    private static final Key<List<LocalDateTime>> AT = Key.optional(
            "at",
            Formats.list(
                    Formats.text(
                                    Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?"),
                                    "a date and time such as 2026-12-24T18:00")
                            .as(TriggerFormat::moment),
                    1),
            "Single moments, as local times of `time_zone`.");
    private static final Key<List<String>> AFTER = Key.optional(
            "after",
            Formats.oneOrMore(ScheduleFormat.NAME),
            "Jobs, or one job, that must all have succeeded for the same logical date.");
    private static final Key<String> MARKER = Key.optional(
            "marker",
            Formats.text(),
            "A file or folder that appears or becomes newer; its path starts at the working directory.");
    private static final Key<String> PARTITION =
            Key.optional("partition", Formats.text(), "A folder, or a glob, in which new folders or files appear.");
    private static final Key<String> DATABASE =
            Key.optional("database", Formats.text(), "The name of a database in the configuration; goes with `query`.");
    private static final Key<String> QUERY = Key.optional(
            "query",
            Formats.text().as(TriggerFormat::select),
            "One select that gives one value, such as a row count or a largest key; data has arrived when it is another.");
    private static final Key<Duration> CHECK_EVERY = Key.optional(
            "check_every",
            Formats.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            Duration.ofMinutes(1),
            "1m",
            "How often the data is looked for.");
    private static final Key<Trigger.Arrival> WHEN = Key.optional(
            "when",
            MappingFormat.of(
                            "a data arrival",
                            List.of(MARKER, PARTITION, DATABASE, QUERY, CHECK_EVERY),
                            TriggerFormat::bindArrival)
                    .exactlyOneOf(List.of(MARKER, PARTITION, QUERY)),
            "Data that arrives.");

    private static final Key<ZoneId> TIME_ZONE = Key.optional(
            "time_zone",
            Formats.text().as(TriggerFormat::zone),
            "The zone whose clock the schedule and its logical dates follow, such as `Europe/Berlin`; needed with `cron` and"
                    + " `at`. Default: UTC.");
    private static final Key<DaylightSaving> DAYLIGHT_SAVING = Key.optional(
            "daylight_saving",
            DaylightSaving.FORMAT,
            DaylightSaving.DEFAULT,
            "{gap: run_after, overlap: once}",
            "What becomes of times that the clock skips or shows twice; for `cron` and `at`.");
    static final List<Key<?>> TRIGGERS = List.of(CRON, EVERY, AT, AFTER, WHEN);

    private final Key<FireCalendar> calendar;

    /** @param calendars where calendar files are read */
    TriggerFormat(CalendarFiles calendars) {
        calendar = Key.optional(
                "calendar",
                FireCalendar.format(calendars),
                FireCalendar.NONE,
                "every day",
                "Days that are left out; for `cron`, `every` and `at`.");
    }

    /** All but the triggers. */
    List<Key<?>> rest() {
        return List.of(TIME_ZONE, DAYLIGHT_SAVING, calendar);
    }

    static ZoneId zone(BoundMapping keys) {
        return Objects.requireNonNullElse(keys.find(TIME_ZONE), UTC);
    }

    /** The trigger, or null after reporting what is wrong with it. */
    @Nullable
    Trigger bind(BoundMapping keys) {
        boolean local = keys.has(CRON) || keys.has(AT);
        if (local && !keys.has(TIME_ZONE)) {
            keys.problem(
                    "the key 'time_zone' is missing: cron and at are local times of a zone such as Europe/Berlin or UTC");
            return null;
        }
        if (!local && keys.has(DAYLIGHT_SAVING)) {
            keys.problem(DAYLIGHT_SAVING, "goes with cron and at; nothing else depends on a zone's clock");
        }
        if (!local && !keys.has(EVERY) && keys.has(calendar)) {
            keys.problem(
                    calendar, "goes with cron, every and at; other schedules have no times that could be left out");
        }
        List<String> jobs = keys.find(AFTER);
        if (jobs != null) {
            if (new HashSet<>(jobs).size() < jobs.size()) {
                keys.problem(AFTER, "a job is named twice");
            }
            return new Trigger.After(jobs);
        }
        return keys.has(WHEN) ? keys.get(WHEN) : timed(keys);
    }

    private @Nullable Trigger timed(BoundMapping keys) {
        Key<?> key = keys.has(CRON) ? CRON : keys.has(EVERY) ? EVERY : AT;
        try {
            return new Trigger.Timed(timing(keys));
        } catch (IllegalArgumentException e) {
            keys.problem(key, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private Timing timing(BoundMapping keys) {
        ZoneId zone = zone(keys);
        DaylightSaving daylightSaving = keys.get(DAYLIGHT_SAVING);
        FireCalendar days = keys.get(calendar);
        String cron = keys.find(CRON);
        if (cron != null) {
            return Timing.cron(cron, zone, daylightSaving, days);
        }
        Duration every = keys.find(EVERY);
        return every == null ? Timing.at(keys.get(AT), zone, daylightSaving, days) : Timing.every(every, zone, days);
    }

    private static Trigger.@Nullable Arrival bindArrival(BoundMapping keys) {
        String database = keys.find(DATABASE);
        String query = keys.find(QUERY);
        if ((database == null) != (query == null)) {
            keys.problem(query == null ? "'database' goes with 'query'" : "'query' needs the name of a 'database'");
            return null;
        }
        return new Trigger.Arrival(source(keys, database, query), keys.get(CHECK_EVERY));
    }

    private static Trigger.Source source(BoundMapping keys, @Nullable String database, @Nullable String query) {
        if (database != null && query != null) {
            return new Trigger.Query(database, query);
        }
        String marker = keys.find(MARKER);
        return marker == null ? new Trigger.Partition(keys.get(PARTITION)) : new Trigger.Marker(marker);
    }

    /** Checked by itself, so that it is reported with what else is wrong in the file. */
    private static String cron(String text) {
        Timing.cron(text, ZoneOffset.UTC, DaylightSaving.DEFAULT, FireCalendar.NONE);
        return text;
    }

    private static ZoneId zone(String text) {
        if (!ZoneId.getAvailableZoneIds().contains(text)) {
            throw new IllegalArgumentException(
                    "there is no such time zone; zones are named by place, such as Europe/Berlin" + nearest(text));
        }
        return ZoneId.of(text);
    }

    /** By its whole name, or by its city: {@code Berlin}. */
    private static String nearest(String text) {
        String suffix = Suggestion.suffix(text, ZoneId.getAvailableZoneIds());
        if (!suffix.isEmpty()) {
            return suffix;
        }
        String city = text.substring(text.lastIndexOf('/') + 1).replace(' ', '_');
        List<String> ofCity = ZoneId.getAvailableZoneIds().stream()
                .filter(id ->
                        id.endsWith("/" + city) && Arrays.stream(id.split("/")).count() == 2)
                .sorted()
                .toList();
        return ofCity.isEmpty() ? "" : ", did you mean '" + ofCity.get(0) + "'?";
    }

    private static LocalDateTime moment(String text) {
        try {
            return LocalDateTime.parse(text, STRICT);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("there is no such moment in the calendar", e);
        }
    }

    private static String select(String text) {
        if (!SELECT.matcher(text).matches()) {
            throw new IllegalArgumentException("is not one select: it begins with select or with, and has no ';'");
        }
        return text;
    }
}
