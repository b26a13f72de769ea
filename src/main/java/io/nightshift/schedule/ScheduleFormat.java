package io.nightshift.schedule;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Node;
import io.nightshift.definition.ValueFormat;
import io.nightshift.queue.Retry;
import io.nightshift.timing.CalendarFiles;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a schedule file is written: every key, once. */
final class ScheduleFormat {

    static final ValueFormat<String> NAME = Formats.text(
            Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}"),
            "a name: lower case letters, digits, '.', '_' and '-', starting with a letter or digit, at most 63 characters");

    private static final int PRIORITY = 5;
    private static final int HIGHEST_PRIORITY = 10;
    private static final int MOST_ATTEMPTS = 100;
    private static final Pattern MISFIRE = Pattern.compile("skip|latest|all\\((?:max: ?)?([1-9][0-9]{0,3})\\)");
    private static final Pattern OVERLAP =
            Pattern.compile("skip|queue|latest_only|replace|parallel\\(([1-9][0-9]{0,3})\\)");
    private static final Pattern BACKOFF =
            Pattern.compile("([1-9][0-9]{0,4})([smhd])(?:\\.\\.([1-9][0-9]{0,4})([smhd]))?");

    static final Key<String> SCHEDULE =
            Key.required("schedule", NAME, "The schedule's name, unique among the schedule files.");
    private static final Key<String> DESCRIPTION =
            Key.optional("description", Formats.text(), "", "", "What the schedule is for, for people.");
    static final Key<String> JOB = Key.required("job", NAME, "The job that runs.");
    private static final Key<Map<String, String>> PARAMETERS = Key.optional(
            "parameters",
            Formats.mapOf(
                    Pattern.compile("[a-z][a-z0-9_]{0,62}"),
                    "a parameter name of lower case letters, digits and '_' that starts with a letter",
                    Formats.scalar().as(Node.Scalar::text)),
            Map.of(),
            "those of the job",
            "Values for the job's parameters; may hold ${logical_date}, ${logical_date - 1d} and the like.");
    private static final Key<Misfire> MISFIRE_POLICY = Key.optional(
            "misfire",
            Formats.text(MISFIRE, "latest, skip or \"all(max: 7)\"").as(ScheduleFormat::misfire),
            Misfire.LATEST,
            "latest",
            "What happens with fires that were due while the service was down: none (`skip`), the newest (`latest`), or the"
                    + " newest so many (`\"all(max: 7)\"`, or `all(7)` without quotes).");
    private static final Key<Overlap> OVERLAP_POLICY = Key.optional(
            "overlap",
            Formats.text(OVERLAP, "skip, queue, latest_only, replace or parallel(2)")
                    .as(ScheduleFormat::overlap),
            Overlap.QUEUE,
            "queue",
            "What happens with a fire while a run of the schedule is on: it does not happen (`skip`), it waits (`queue`), it waits"
                    + " in place of another that waits (`latest_only`), the run that is on is stopped for it (`replace`), or it"
                    + " runs beside it, up to so many (`parallel(2)`).");
    private static final Key<Duration> START_WITHIN = Key.optional(
            "start_within",
            Formats.duration(Duration.ofSeconds(1), Duration.ofDays(366)),
            "A fire that could not be handed over in this time is missed, whatever `misfire` says. Default: no limit.");
    private static final Key<LocalTime> FINISH_BY = Key.optional(
            "finish_by",
            Formats.text(
                            Pattern.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]"),
                            "a time of the day in quotes such as \"06:00\"")
                    .as(LocalTime::parse),
            "The local time by which a run has to be complete; an alert is raised even where it never started. Default: none.");
    private static final Key<Long> ATTEMPTS =
            Key.optional("attempts", Formats.integer(1, MOST_ATTEMPTS), 1L, "1", "How often a run is tried in all.");
    private static final Key<Retry> BACKOFF_RANGE = Key.optional(
            "backoff",
            Formats.text(BACKOFF, "a pause such as 1m, or a range such as 1m..30m")
                    .as(ScheduleFormat::backoff),
            new Retry(1, Duration.ofMinutes(1), Duration.ofMinutes(30)),
            "1m..30m",
            "The pause before the second attempt, and the longest; between them pauses double.");
    private static final Key<Retry> RETRY = Key.optional(
            "retry",
            MappingFormat.of("the retry rule", List.of(ATTEMPTS, BACKOFF_RANGE), keys -> {
                Retry pauses = keys.get(BACKOFF_RANGE);
                return new Retry(Math.toIntExact(keys.get(ATTEMPTS)), pauses.first(), pauses.most());
            }),
            Retry.NONE,
            "a failed run is not tried again",
            "Attempts of the same run after a failure that may pass by itself.");
    private static final Key<Long> PRIORITY_LEVEL = Key.optional(
            "priority",
            Formats.integer(1, HIGHEST_PRIORITY),
            (long) PRIORITY,
            "5",
            "Runs of higher priority are taken from the queue first.");
    private static final Key<Boolean> PAUSED =
            Key.optional("paused", Formats.bool(), false, "false", "Whether nothing fires.");

    private ScheduleFormat() {}

    /** @param calendars where the calendar files that a schedule names are read */
    static MappingFormat<ScheduleDefinition> format(CalendarFiles calendars) {
        TriggerFormat trigger = new TriggerFormat(calendars);
        return MappingFormat.of("a schedule", keys(trigger), bound -> bind(bound, trigger))
                .exactlyOneOf(TriggerFormat.TRIGGERS);
    }

    private static List<Key<?>> keys(TriggerFormat trigger) {
        List<Key<?>> keys = new ArrayList<>(List.of(SCHEDULE, DESCRIPTION, JOB));
        keys.addAll(TriggerFormat.TRIGGERS);
        keys.addAll(trigger.rest());
        keys.addAll(List.of(
                PARAMETERS, MISFIRE_POLICY, OVERLAP_POLICY, START_WITHIN, FINISH_BY, RETRY, PRIORITY_LEVEL, PAUSED));
        return keys;
    }

    private static @Nullable ScheduleDefinition bind(BoundMapping keys, TriggerFormat format) {
        Trigger trigger = format.bind(keys);
        if (trigger == null) {
            return null;
        }
        return new ScheduleDefinition(
                keys.get(SCHEDULE),
                keys.get(DESCRIPTION),
                keys.get(JOB),
                trigger,
                TriggerFormat.zone(keys),
                keys.get(PARAMETERS),
                keys.get(MISFIRE_POLICY),
                keys.get(OVERLAP_POLICY),
                keys.find(START_WITHIN),
                keys.find(FINISH_BY),
                keys.get(RETRY),
                Math.toIntExact(keys.get(PRIORITY_LEVEL)),
                keys.get(PAUSED));
    }

    private static Misfire misfire(String text) {
        Matcher matcher = MISFIRE.matcher(text);
        if (matcher.matches() && matcher.group(1) != null) {
            return new Misfire(Misfire.Policy.ALL, Integer.parseInt(matcher.group(1)));
        }
        return text.equals("skip") ? new Misfire(Misfire.Policy.SKIP, 0) : Misfire.LATEST;
    }

    private static Overlap overlap(String text) {
        Matcher matcher = OVERLAP.matcher(text);
        if (matcher.matches() && matcher.group(1) != null) {
            return new Overlap(Overlap.Policy.PARALLEL, Integer.parseInt(matcher.group(1)));
        }
        return new Overlap(Overlap.Policy.valueOf(text.toUpperCase(Locale.ROOT)), 1);
    }

    private static Retry backoff(String text) {
        Matcher matcher = BACKOFF.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is no pause");
        }
        Duration first = duration(matcher.group(1), matcher.group(2));
        Duration most = matcher.group(3) == null ? first : duration(matcher.group(3), matcher.group(4));
        if (most.compareTo(first) < 0) {
            throw new IllegalArgumentException("the longest pause is shorter than the first");
        }
        return new Retry(1, first, most);
    }

    private static Duration duration(String amount, String unit) {
        String period = unit.equals("d") ? "P" : "PT";
        return Duration.parse(period + amount + unit.toUpperCase(Locale.ROOT));
    }
}
