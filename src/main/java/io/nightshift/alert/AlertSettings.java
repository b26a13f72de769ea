package io.nightshift.alert;

import io.nightshift.definition.Section;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the configuration file says of alerts: which channels there are, and which alert goes to which. Immutable.
 *
 * @param channels by name; {@value #LOG} is always there
 * @param rules which alert goes where; without rules every alert goes to every channel
 * @param window a kind and subject make at most one message in so long, for each channel
 * @param perMinute most messages of a channel in a minute
 * @param keep how long alerts are kept that nobody waits for any more
 */
public record AlertSettings(
        Map<String, ChannelSettings> channels,
        List<Rule> rules,
        Duration window,
        int perMinute,
        Retry retry,
        Duration keep) {

    /** The channel that is always there. */
    static final String LOG = "log";

    static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);
    static final int DEFAULT_PER_MINUTE = 20;
    static final Duration DEFAULT_KEEP = Duration.ofDays(90);

    /** What holds where no file says otherwise: everything goes to the log. */
    public static final AlertSettings DEFAULT =
            new AlertSettings(Map.of(), List.of(), DEFAULT_WINDOW, DEFAULT_PER_MINUTE, Retry.DEFAULT, DEFAULT_KEEP);

    /** Its keys in the configuration file. */
    public static final Section<AlertSettings> SECTION = AlertFormat.SECTION;

    public AlertSettings {
        Map<String, ChannelSettings> all = new LinkedHashMap<>();
        all.put(LOG, new ChannelSettings(new ChannelSettings.Log(), null));
        all.putAll(channels);
        channels = Collections.unmodifiableMap(all);
        rules = List.copyOf(rules);
    }

    /** @param name of a channel that there is */
    ChannelSettings channel(String name) {
        return Objects.requireNonNull(channels.get(name), name);
    }

    /** The channels of an alert; the log where no rule names another, so that none is lost. */
    Set<String> channelsOf(Alert alert) {
        if (rules.isEmpty()) {
            return channels.keySet();
        }
        Set<String> names = new LinkedHashSet<>();
        rules.stream().filter(rule -> rule.matches(alert)).forEach(rule -> names.addAll(rule.to()));
        return names.isEmpty() ? Set.of(LOG) : names;
    }

    /**
     * Sends what it matches to channels, whatever other rules do.
     *
     * @param kinds empty for all
     * @param subjects names of schedules and jobs, with {@code *} for any text; empty for all
     * @param to names of channels
     */
    record Rule(Set<AlertKind> kinds, List<String> subjects, List<String> to) {

        boolean matches(Alert alert) {
            return (kinds.isEmpty() || kinds.contains(alert.kind()))
                    && (subjects.isEmpty() || subjects.stream().anyMatch(subject -> matches(subject, alert.subject())));
        }

        private static boolean matches(String pattern, String subject) {
            return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), subject);
        }
    }

    /**
     * @param attempts most attempts to send one message
     * @param first the wait after the first failure; it doubles with every further one
     * @param longest the longest wait
     */
    record Retry(int attempts, Duration first, Duration longest) {

        static final Retry DEFAULT = new Retry(10, Duration.ofSeconds(10), Duration.ofMinutes(15));

        /**
         * @param attempts so far, at least 1
         * @param share from 0 to 1: which part of the second half of the wait to take, so that those who failed together do
         *     not come back together
         */
        Duration after(int attempts, double share) {
            double doubled = first.toMillis() * Math.pow(2, Math.min(attempts - 1, 30));
            double wait = Math.min(doubled, longest.toMillis());
            return Duration.ofMillis(Math.round(wait / 2 + wait / 2 * share));
        }
    }
}
