package io.nightshift.alert;

import io.nightshift.alert.AlertSettings.Retry;
import io.nightshift.alert.AlertSettings.Rule;
import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Section;
import io.nightshift.definition.ValueFormat;
import io.nightshift.failure.Suggestion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the configuration file speaks of alerts. */
final class AlertFormat {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9*._-]{0,62}");
    private static final int MOST_ATTEMPTS = 100;
    private static final int MOST_PER_MINUTE = 1000;

    /** The kinds, as messages name them. */
    static final ValueFormat<List<AlertKind>> KINDS = Formats.list(Formats.word(kinds()), 1);

    private static final Key<Map<String, ChannelSettings>> CHANNELS = Key.optional(
            "channels",
            Formats.mapOf(
                    NAME,
                    "a channel name of lower case letters, digits, '-' and '_' that starts with a letter",
                    ChannelFormat.FORMAT),
            Map.of(),
            "",
            "The ways to tell people, by name. Besides them there is always `log`, the log of the process.");

    private static final Key<List<AlertKind>> RULE_KINDS =
            Key.optional("kinds", KINDS, List.of(), "all", "The kinds of alerts that the rule is for.");
    private static final Key<List<String>> RULE_SUBJECTS = Key.optional(
            "subjects",
            Formats.list(Formats.text(SUBJECT, "the name of a schedule or job, with * for any text"), 1),
            List.of(),
            "all",
            "The schedules and jobs that the rule is for; `*` stands for any text.");
    private static final Key<List<String>> RULE_TO =
            Key.required("to", Formats.list(Formats.text(), 1), "The channels that such an alert goes to.");
    private static final Key<List<Rule>> RULES = Key.optional(
            "rules",
            Formats.list(
                    MappingFormat.of("a rule", List.of(RULE_KINDS, RULE_SUBJECTS, RULE_TO), AlertFormat::bindRule), 0),
            List.of(),
            "every alert to every channel",
            "Which alert goes to which channels: those of every rule that it matches. What no rule matches goes to the log.");

    private static final Key<Duration> WINDOW = Key.optional(
            "window",
            Formats.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            AlertSettings.DEFAULT_WINDOW,
            "15m",
            "One kind and subject make at most one message in so long; the rest is counted and told in one at its end.");
    private static final Key<Long> PER_MINUTE = Key.optional(
            "per_minute",
            Formats.integer(1, MOST_PER_MINUTE),
            (long) AlertSettings.DEFAULT_PER_MINUTE,
            String.valueOf(AlertSettings.DEFAULT_PER_MINUTE),
            "Most messages of one channel in a minute; the rest waits and is told in one.");
    private static final Key<Duration> KEEP = Key.optional(
            "keep",
            Formats.duration(Duration.ofDays(1), Duration.ofDays(3650)),
            AlertSettings.DEFAULT_KEEP,
            "90d",
            "How long alerts are listed that are sent or given up.");

    private static final Key<Long> ATTEMPTS = Key.optional(
            "attempts",
            Formats.integer(1, MOST_ATTEMPTS),
            (long) Retry.DEFAULT.attempts(),
            "10",
            "Most attempts to send one message; then it is undeliverable.");
    private static final Key<Duration> FIRST = wait("first", Retry.DEFAULT.first(), "10s", "after the first failure");
    private static final Key<Duration> LONGEST = wait("longest", Retry.DEFAULT.longest(), "15m", "at most");
    private static final Key<Retry> RETRY = Key.optional(
            "retry",
            MappingFormat.of("a retry", List.of(ATTEMPTS, FIRST, LONGEST), AlertFormat::bindRetry),
            Retry.DEFAULT,
            "",
            "What happens with a message that cannot be sent.");

    private static final Key<AlertSettings> ALERTS = Key.optional(
            "alerts",
            MappingFormat.of(
                    "alerts", List.of(CHANNELS, RULES, WINDOW, PER_MINUTE, RETRY, KEEP), AlertFormat::bindAlerts),
            AlertSettings.DEFAULT,
            "",
            "Who is told what goes wrong. Default: the log.");

    static final Section<AlertSettings> SECTION = new Section<>(List.of(ALERTS), keys -> keys.get(ALERTS));

    private AlertFormat() {}

    private static Map<String, AlertKind> kinds() {
        Map<String, AlertKind> kinds = new LinkedHashMap<>();
        for (AlertKind kind : AlertKind.values()) {
            kinds.put(kind.name(), kind);
        }
        return kinds;
    }

    private static Key<Duration> wait(String name, Duration value, String text, String which) {
        return Key.optional(
                name,
                Formats.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                value,
                text,
                "The wait " + which + "; it doubles with every failure, and up to half of it is left out by chance.");
    }

    private static Rule bindRule(BoundMapping keys) {
        List<AlertKind> kinds = keys.get(RULE_KINDS);
        return new Rule(
                kinds.isEmpty() ? EnumSet.noneOf(AlertKind.class) : EnumSet.copyOf(kinds),
                keys.get(RULE_SUBJECTS),
                keys.get(RULE_TO));
    }

    private static Retry bindRetry(BoundMapping keys) {
        if (keys.get(LONGEST).compareTo(keys.get(FIRST)) < 0) {
            keys.problem(keys.has(LONGEST) ? LONGEST : FIRST, "the longest wait is shorter than the first");
        }
        return new Retry(Math.toIntExact(keys.get(ATTEMPTS)), keys.get(FIRST), keys.get(LONGEST));
    }

    private static @Nullable AlertSettings bindAlerts(BoundMapping keys) {
        Map<String, ChannelSettings> channels = keys.get(CHANNELS);
        if (channels.containsKey(AlertSettings.LOG)) {
            keys.problem(CHANNELS, "the channel 'log' is always there; give this one another name");
            return null;
        }
        AlertSettings settings = new AlertSettings(
                channels,
                keys.get(RULES),
                keys.get(WINDOW),
                Math.toIntExact(keys.get(PER_MINUTE)),
                keys.get(RETRY),
                keys.get(KEEP));
        settings.rules().stream()
                .flatMap(rule -> rule.to().stream())
                .distinct()
                .filter(name -> !settings.channels().containsKey(name))
                .forEach(name -> keys.problem(
                        RULES,
                        "there is no channel '" + name + "' here"
                                + Suggestion.suffix(name, settings.channels().keySet())));
        return settings;
    }
}
