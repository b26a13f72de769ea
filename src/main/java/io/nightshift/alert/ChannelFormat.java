package io.nightshift.alert;

import io.nightshift.alert.ChannelSettings.Email;
import io.nightshift.alert.ChannelSettings.Encryption;
import io.nightshift.alert.ChannelSettings.Webhook;
import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.Secret;
import io.nightshift.definition.ValueFormat;
import io.nightshift.failure.Suggestion;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a channel is written. */
final class ChannelFormat {

    private static final Pattern TIME = Pattern.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,189}[A-Za-z0-9])?");
    private static final ValueFormat<String> MAIL_ADDRESS =
            Formats.text(ADDRESS, "a plain mail address such as operators@example.org");
    private static final ValueFormat<Duration> TIMEOUT =
            Formats.duration(Duration.ofMillis(100), Duration.ofMinutes(1));
    private static final int SUBMISSION = 587;
    private static final int HIGHEST_PORT = 65_535;

    private static final Key<URI> URL = Key.required(
            "url",
            Formats.confidential("a URL", ChannelFormat::url),
            "The http or https URL that messages are posted to; where it redirects to is not followed.");
    private static final Key<Secret> SECRET = Key.required(
            "secret", Secret.format("a secret"), "Where the secret is kept that messages are signed with.");
    private static final Key<Duration> CONNECT =
            Key.optional("connect", TIMEOUT, Duration.ofSeconds(5), "5s", "Longest wait for the connection, up to 1m.");
    private static final Key<Duration> READ = Key.optional(
            "read", TIMEOUT, Duration.ofSeconds(10), "10s", "Longest wait for the whole answer, up to 1m.");
    private static final Key<Webhook> WEBHOOK = Key.optional(
            "webhook",
            MappingFormat.of("a webhook", List.of(URL, SECRET, CONNECT, READ), ChannelFormat::bindWebhook),
            "Messages are posted as signed JSON.");

    private static final Key<String> SMTP_HOST =
            Key.required("host", Formats.text(HOST, "the name or address of a host"), "The SMTP server.");
    private static final Key<Long> PORT =
            Key.optional("port", Formats.integer(1, HIGHEST_PORT), (long) SUBMISSION, "587", "Its port.");
    private static final Key<Encryption> ENCRYPTION = Key.optional(
            "encryption",
            Formats.oneOf(Encryption.class),
            Encryption.STARTTLS,
            "starttls",
            "`starttls`: nothing is sent before the connection is encrypted; `tls`: encrypted from the start; `none`: not.");
    private static final Key<String> USER = Key.optional("user", Formats.text(), "Who logs in.");
    private static final Key<Secret> PASSWORD =
            Key.optional("password", Secret.format("a password"), "Where the password is kept.");
    private static final Key<String> FROM = Key.required("from", MAIL_ADDRESS, "The sender's address.");
    private static final Key<List<String>> TO =
            Key.required("to", Formats.list(MAIL_ADDRESS, 1), "The receivers' addresses.");
    private static final Key<Duration> SMTP_TIMEOUT = Key.optional(
            "timeout", TIMEOUT, Duration.ofSeconds(10), "10s", "Longest wait for the connection, and for each answer.");
    private static final Key<Email> EMAIL = Key.optional(
            "email",
            MappingFormat.of(
                    "an e-mail",
                    List.of(SMTP_HOST, PORT, ENCRYPTION, USER, PASSWORD, FROM, TO, SMTP_TIMEOUT),
                    ChannelFormat::bindEmail),
            "Messages are sent as mail, by SMTP.");

    private static final ValueFormat<LocalTime> TIME_OF_DAY =
            Formats.text(TIME, "a time of day such as \"22:00\"").as(LocalTime::parse);
    private static final Key<LocalTime> QUIET_FROM =
            Key.required("from", TIME_OF_DAY, "When it begins, by the clocks of the time zone.");
    private static final Key<LocalTime> QUIET_TO =
            Key.required("to", TIME_OF_DAY, "When it ends, on the next day where that is not after the beginning.");
    private static final Key<ZoneId> ZONE =
            Key.required("time_zone", Formats.text().as(ChannelFormat::zone), "A time zone such as Europe/Berlin.");
    private static final Key<List<AlertKind>> EXCEPT =
            Key.optional("except", AlertFormat.KINDS, List.of(), "none", "Kinds of alerts that are sent all the same.");
    private static final Key<QuietTime> QUIET = Key.optional(
            "quiet",
            MappingFormat.of("a quiet time", List.of(QUIET_FROM, QUIET_TO, ZONE, EXCEPT), ChannelFormat::bindQuiet),
            "The part of each day in which alerts are held; at its end they are told in one message.");

    static final MappingFormat<ChannelSettings> FORMAT = MappingFormat.of(
                    "a channel", List.of(WEBHOOK, EMAIL, QUIET), ChannelFormat::bind)
            .exactlyOneOf(List.of(WEBHOOK, EMAIL));

    private ChannelFormat() {}

    private static URI url(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a URL has only the characters that RFC 3986 allows; the others are escaped", e);
        }
        String scheme = url.getScheme();
        if (!("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme)) || url.getHost() == null) {
            throw new IllegalArgumentException("allowed is an absolute URL with http or https and a host");
        }
        if (url.getUserInfo() != null || url.getFragment() != null) {
            throw new IllegalArgumentException("a user, a password or a fragment is not allowed in the URL");
        }
        return url;
    }

    private static ZoneId zone(String text) {
        Set<String> known = ZoneId.getAvailableZoneIds();
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "allowed is a time zone such as Europe/Berlin or UTC" + Suggestion.suffix(text, known), e);
        }
    }

    private static Webhook bindWebhook(BoundMapping keys) {
        return new Webhook(keys.get(URL), keys.get(SECRET), keys.get(CONNECT), keys.get(READ));
    }

    private static Email bindEmail(BoundMapping keys) {
        if (keys.has(USER) != keys.has(PASSWORD)) {
            keys.problem(keys.has(USER) ? USER : PASSWORD, "user and password come together");
        }
        if (keys.has(PASSWORD) && keys.get(ENCRYPTION) == Encryption.NONE) {
            keys.problem(ENCRYPTION, "a password is not sent without encryption");
        }
        return new Email(
                keys.get(SMTP_HOST),
                Math.toIntExact(keys.get(PORT)),
                keys.get(ENCRYPTION),
                keys.find(USER),
                keys.find(PASSWORD),
                keys.get(FROM),
                keys.get(TO),
                keys.get(SMTP_TIMEOUT));
    }

    private static QuietTime bindQuiet(BoundMapping keys) {
        if (keys.get(QUIET_FROM).equals(keys.get(QUIET_TO))) {
            keys.problem(QUIET_TO, "the quiet time ends when it begins; leave `quiet` out, or name another time");
        }
        List<AlertKind> except = keys.get(EXCEPT);
        return new QuietTime(
                keys.get(QUIET_FROM),
                keys.get(QUIET_TO),
                keys.get(ZONE),
                except.isEmpty() ? Set.of() : EnumSet.copyOf(except));
    }

    private static ChannelSettings bind(BoundMapping keys) {
        @Nullable Webhook webhook = keys.find(WEBHOOK);
        return new ChannelSettings(
                webhook != null ? webhook : Objects.requireNonNull(keys.find(EMAIL)), keys.find(QUIET));
    }
}
