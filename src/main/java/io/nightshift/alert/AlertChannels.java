package io.nightshift.alert;

import io.nightshift.alert.ChannelSettings.Destination;
import io.nightshift.alert.ChannelSettings.Email;
import io.nightshift.alert.ChannelSettings.Webhook;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The configured ways to tell people. Secrets are read whenever something is sent, so that they may change. Thread-safe. */
public final class AlertChannels {

    private final AlertSettings settings;
    private final Map<String, String> environment;
    private final Clock clock;

    /** @param environment where secrets may be kept */
    public AlertChannels(AlertSettings settings, Map<String, String> environment, Clock clock) {
        this.settings = settings;
        this.environment = environment;
        this.clock = clock;
    }

    AlertSettings settings() {
        return settings;
    }

    /** Their names, that of the log first. */
    public Set<String> names() {
        return settings.channels().keySet();
    }

    /**
     * Sends a message that says it is a test, now, whatever the time and the limits.
     *
     * @throws NightshiftException USAGE where there is no such channel, ALERT_UNDELIVERABLE with the reason
     */
    public void test(String name) {
        if (!names().contains(name)) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "there is no channel '" + name + "' in the configuration (there are " + String.join(", ", names())
                            + ")" + Suggestion.suffix(name, names()) + "; nothing was sent");
        }
        Instant now = clock.instant();
        AlertMessage.Group test = new AlertMessage.Group(
                "TEST",
                name,
                1,
                now,
                now,
                null,
                "a test of the channel, sent by `nightshift alerts test " + name + "`");
        open(name).send(new AlertMessage(UUID.randomUUID(), List.of(test)));
    }

    /** A channel, for one thread. */
    AlertChannel open(String name) {
        Destination destination = settings.channel(name).destination();
        if (destination instanceof Webhook webhook) {
            return new WebhookChannel(webhook, environment, clock);
        }
        if (destination instanceof Email email) {
            return new EmailChannel(email, environment, clock);
        }
        return new LogChannel();
    }
}
