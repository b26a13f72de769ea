package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.ManualClock;
import io.nightshift.alert.AlertSettings.Retry;
import io.nightshift.alert.AlertSettings.Rule;
import io.nightshift.alert.ChannelSettings.Webhook;
import io.nightshift.alert.WebhookReceiver.Received;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.definition.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for alerts from the transaction that raises them to the receiver, in each kind of database. */
abstract class DeliveryContract {

    private static final String SECRET = "correct horse battery staple";
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final Retry RETRY = new Retry(4, Duration.ofSeconds(10), Duration.ofSeconds(30));

    final ManualClock clock = new ManualClock("2026-01-10T12:00:00Z");
    final WebhookReceiver receiver = new WebhookReceiver();
    private LedgerDatabase metadata;
    private final Map<String, ChannelSettings> channels = new LinkedHashMap<>();
    private List<Rule> rules = List.of(new Rule(Set.of(), List.of(), List.of("hook")));
    private int perMinute = 1000;

    /** An empty database with the tables. */
    abstract LedgerDatabase database();

    @BeforeEach
    void open() {
        metadata = database();
        channels.put("hook", channel(receiver, null));
    }

    @AfterEach
    void closeReceiver() {
        receiver.close();
    }

    private static ChannelSettings channel(WebhookReceiver receiver, @Nullable QuietTime quiet) {
        return new ChannelSettings(
                new Webhook(
                        URI.create(receiver.url()),
                        new Secret(Secret.Place.ENV, "HOOK"),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20)),
                quiet);
    }

    private AlertSettings settings() {
        return new AlertSettings(channels, rules, WINDOW, perMinute, RETRY, Duration.ofDays(90));
    }

    AlertDelivery delivery() {
        return new AlertDelivery(
                metadata,
                new AlertChannels(settings(), Map.of("HOOK", SECRET), clock),
                clock,
                () -> new SplittableRandom(1));
    }

    ChannelDelivery channelDelivery(String owner) {
        return new ChannelDelivery(
                "hook",
                metadata,
                new AlertChannels(settings(), Map.of("HOOK", SECRET), clock),
                owner,
                clock,
                () -> new SplittableRandom(1));
    }

    private Alert alert(String key, AlertKind kind, String subject) {
        return new Alert(key, kind, subject, "run-" + key, "text of " + key, clock.instant());
    }

    void raise(String key, AlertKind kind, String subject) {
        new Alerts(metadata, settings(), clock).raise(alert(key, kind, subject));
    }

    List<AlertLog.Entry> log() {
        return new AlertLog(metadata).list(null, 20_000);
    }

    private AlertLog.Entry only() {
        assertThat(log()).hasSize(1);
        return log().get(0);
    }

    List<String> titles() {
        return receiver.drain().stream()
                .map(received -> received.json().get("title").asString())
                .toList();
    }

    @Test
    void anAlertIsRaisedOnceAndOnlyWithItsTransaction() {
        metadata.transactions().executeWithoutResult(status -> {
            raise("lost", AlertKind.RUN_FAILED, "flights");
            status.setRollbackOnly();
        });
        assertThat(log()).isEmpty();

        metadata.transactions().executeWithoutResult(status -> {
            raise("kept", AlertKind.RUN_FAILED, "flights");
            raise("kept", AlertKind.RUN_FAILED, "flights");
            raise("other", AlertKind.RUN_LATE, "flights");
        });
        raise("kept", AlertKind.FIRE_MISSED, "pumps");

        assertThat(log()).extracting(AlertLog.Entry::kind).containsOnly(AlertKind.RUN_FAILED, AlertKind.RUN_LATE);
        assertThat(log()).extracting(AlertLog.Entry::state).containsOnly(AlertState.PENDING);
    }

    @Test
    void theReceiverCanTellWhoSentWhatAndWhen() throws Exception {
        raise("k", AlertKind.RUN_FAILED, "flüge");
        delivery().deliverDue();

        Received received = receiver.next();
        Map<String, String> signature = new LinkedHashMap<>();
        for (String part : received.headers().getFirst("Nightshift-Signature").split(",")) {
            signature.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        assertThat(signature.get("t")).isEqualTo(String.valueOf(clock.instant().getEpochSecond()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((signature.get("t") + "." + received.body()).getBytes(StandardCharsets.UTF_8));
        assertThat(signature.get("v1")).isEqualTo(HexFormat.of().formatHex(mac.doFinal()));
        assertThat(received.path()).isEqualTo("/hook");
        assertThat(received.headers().getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(received.headers().getFirst("Nightshift-Id")).isEqualTo(only().id());
        assertThat(received.json().get("id").asString()).isEqualTo(only().id());
        assertThat(received.json().get("alerts").get(0).get("subject").asString())
                .isEqualTo("flüge");
        assertThat(received.json().get("alerts").get(0).get("run").asString()).isEqualTo("run-k");
        assertThat(received.json().get("alerts").get(0).get("text").asString()).isEqualTo("text of k");
        assertThat(only().state()).isEqualTo(AlertState.SENT);
        assertThat(only().sentAt()).isEqualTo(clock.instant());
    }

    @Test
    void aFailureIsTriedAgainLaterAndLaterUntilItIsGivenUp() {
        receiver.answer(503);
        raise("k", AlertKind.RUN_FAILED, "flights");
        AlertDelivery delivery = delivery();
        List<Long> longest = List.of(10L, 20L, 30L);
        Set<String> ids = new HashSet<>();
        for (long seconds : longest) {
            delivery.deliverDue();
            assertThat(receiver.drain())
                    .singleElement()
                    .satisfies(received -> ids.add(received.json().get("id").asString()));
            AlertLog.Entry entry = only();
            assertThat(entry.state()).isEqualTo(AlertState.PENDING);
            assertThat(entry.reason()).contains("status 503");
            Duration wait = Duration.between(clock.instant(), entry.dueAt());
            assertThat(wait).isBetween(Duration.ofSeconds(seconds).dividedBy(2), Duration.ofSeconds(seconds));
            clock.advance(wait.minusMillis(1));
            delivery.deliverDue();
            assertThat(receiver.drain()).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
        delivery.deliverDue();

        assertThat(only().state()).isEqualTo(AlertState.UNDELIVERABLE);
        assertThat(only().attempts()).isEqualTo(4);
        assertThat(only().reason()).contains("127.0.0.1").contains("status 503").doesNotContain("/hook");
        receiver.drain();
        receiver.answer(204);
        clock.advance(Duration.ofDays(1));
        delivery.deliverDue();
        assertThat(receiver.drain()).isEmpty();
        assertThat(ids).hasSize(1);
    }

    @Test
    void aReceiverThatIsBackGetsWhatWasTriedBefore() {
        receiver.answer(500);
        raise("k", AlertKind.RUN_FAILED, "flights");
        AlertDelivery delivery = delivery();
        delivery.deliverDue();
        receiver.answer(200);
        clock.advance(Duration.ofSeconds(10));
        delivery.deliverDue();

        assertThat(receiver.drain()).hasSize(2);
        assertThat(only().state()).isEqualTo(AlertState.SENT);
        assertThat(only().attempts()).isEqualTo(2);
        assertThat(only().reason()).isNull();
    }

    @Test
    void aRedirectIsNotFollowed() {
        receiver.answer(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
        });
        raise("k", AlertKind.RUN_FAILED, "flights");
        delivery().deliverDue();

        assertThat(receiver.drain()).extracting(Received::path).containsExactly("/hook");
        assertThat(only().reason()).contains("status 307").contains("not followed");
    }

    @Test
    void anAnswerWithoutEndIsNotReadToTheEnd() {
        receiver.answer(exchange -> {
            exchange.sendResponseHeaders(400, 0);
            byte[] line = "no such hook\u0007\r\n".getBytes(StandardCharsets.UTF_8);
            while (true) {
                exchange.getResponseBody().write(line);
            }
        });
        raise("k", AlertKind.RUN_FAILED, "flights");
        delivery().deliverDue();

        assertThat(only().reason()).contains("status 400: no such hook").hasSizeLessThan(400);
        assertThat(only().reason().chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void aReceiverThatHangsDelaysNoOtherChannel() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        receiver.answer(exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (WebhookReceiver other = new WebhookReceiver()) {
            channels.put("other", channel(other, null));
            rules = List.of();
            raise("k", AlertKind.RUN_FAILED, "flights");
            AlertDelivery delivery = delivery();
            delivery.start();
            receiver.next();
            other.next();
            raise("l", AlertKind.RUN_FAILED, "pumps");
            assertThat(other.next().json().get("title").asString()).isEqualTo("RUN_FAILED pumps");
            released.countDown();
            delivery.close();
        }
    }

    @Test
    void aReceiverThatNeverAnswersIsGivenUpAfterTheTimeOut() {
        CountDownLatch released = new CountDownLatch(1);
        receiver.answer(exchange -> {
            // The head comes, the body does not: the client's own time-out would be over.
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().flush();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        channels.put(
                "hook",
                new ChannelSettings(
                        new Webhook(
                                URI.create(receiver.url()),
                                new Secret(Secret.Place.ENV, "HOOK"),
                                Duration.ofMillis(300),
                                Duration.ofMillis(300)),
                        null));
        raise("k", AlertKind.RUN_FAILED, "flights");
        delivery().deliverDue();
        released.countDown();

        assertThat(only().state()).isEqualTo(AlertState.PENDING);
        assertThat(only().reason()).contains("did not answer within 600 ms");
    }

    @Test
    void aQuietTimeHoldsUntilItsEndAndThenTellsAllInOne() {
        QuietTime quiet = new QuietTime(
                LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneId.of("Europe/Berlin"), Set.of(AlertKind.RUN_FAILED));
        channels.put("hook", channel(receiver, quiet));
        AlertDelivery delivery = delivery();
        clock.set("2026-03-28T21:30:00Z");
        raise("a", AlertKind.RUN_LATE, "flights");
        raise("b", AlertKind.RUN_FAILED, "flights");
        delivery.deliverDue();
        assertThat(titles()).containsExactly("RUN_FAILED flights");
        clock.set("2026-03-29T00:59:00Z");
        raise("c", AlertKind.RUN_LATE, "flights");
        raise("d", AlertKind.FIRE_MISSED, "pumps");
        delivery.deliverDue();
        assertThat(titles()).isEmpty();
        assertThat(new AlertLog(metadata).list(AlertState.HELD, 10))
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.reason()).contains("quiet until 2026-03-29T06:00+02:00"))
                .allSatisfy(entry -> assertThat(entry.dueAt()).isEqualTo(Instant.parse("2026-03-29T04:00:00Z")));
        clock.set("2026-03-29T03:59:59Z");
        delivery.deliverDue();
        assertThat(titles()).isEmpty();

        clock.set("2026-03-29T04:00:00Z");
        delivery.deliverDue();

        Received digest = receiver.drain().get(0);
        assertThat(digest.json().get("count").asInt()).isEqualTo(3);
        assertThat(digest.json().get("alerts").get(0).get("count").asInt()).isEqualTo(2);
        assertThat(digest.json().get("alerts").get(0).get("last").asString()).isEqualTo("2026-03-29T00:59:00Z");
        assertThat(digest.json().get("alerts").get(1).get("subject").asString()).isEqualTo("pumps");
        assertThat(log()).extracting(AlertLog.Entry::state).containsOnly(AlertState.SENT);
    }

    @Test
    void aStormMakesOneMessageInAWindow() {
        AlertDelivery delivery = delivery();
        Alerts alerts = new Alerts(metadata, settings(), clock);
        int storm = 10_000;
        metadata.transactions().executeWithoutResult(status -> {
            for (int i = 0; i < storm; i++) {
                alerts.raise(alert("storm-" + i, AlertKind.RUN_FAILED, "flights"));
            }
        });
        raise("calm", AlertKind.RUN_FAILED, "pumps");
        delivery.deliverDue();
        assertThat(titles()).containsExactlyInAnyOrder("RUN_FAILED flights", "RUN_FAILED pumps");
        clock.advance(WINDOW.minusSeconds(1));
        raise("late", AlertKind.RUN_FAILED, "flights");
        delivery.deliverDue();
        assertThat(titles()).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        delivery.deliverDue();

        assertThat(titles()).containsExactly("RUN_FAILED flights (10000 times)");
        assertThat(log()).hasSize(storm + 2).extracting(AlertLog.Entry::state).containsOnly(AlertState.SENT);
        raise("next", AlertKind.RUN_FAILED, "flights");
        delivery.deliverDue();
        assertThat(titles()).as("the digest begins another window").isEmpty();
        clock.advance(WINDOW);
        delivery.deliverDue();
        assertThat(titles()).containsExactly("RUN_FAILED flights");
    }

    @Test
    void manySubjectsAtOnceEndInADigest() {
        perMinute = 5;
        AlertDelivery delivery = delivery();
        for (int i = 0; i < 70; i++) {
            raise("k" + i, AlertKind.FIRE_MISSED, "schedule-" + i);
        }
        delivery.deliverDue();
        assertThat(receiver.drain()).hasSize(5);
        assertThat(new AlertLog(metadata).list(AlertState.HELD, 100)).hasSize(65);
        clock.advance(Duration.ofMinutes(1));
        delivery.deliverDue();

        Received digest = receiver.drain().get(0);
        assertThat(digest.json().get("count").asInt()).isEqualTo(65);
        assertThat(digest.json().get("alerts")).hasSize(50);
        assertThat(digest.json().get("not_shown").asInt()).isEqualTo(15);
        assertThat(log()).extracting(AlertLog.Entry::state).containsOnly(AlertState.SENT);
    }

    @Test
    void whatAProcessClaimedThatDiedIsSentByAnotherUnderTheSameId() {
        raise("k", AlertKind.RUN_FAILED, "flights");
        ChannelLease died = new ChannelLease(metadata, "hook", "died", Duration.ofMinutes(5));
        assertThat(died.take()).isTrue();
        AlertMessage claimed = channelDelivery("died").claim();
        assertThat(claimed).isNotNull();
        ChannelDelivery other = channelDelivery("other");
        if (!metadata.embedded()) {
            assertThat(other.step()).as("the lease is not out").isFalse();
            assertThat(receiver.drain()).isEmpty();
            metadata.jdbc()
                    .sql("update nightshift_alert_channel set lease_until = current_timestamp - interval '1' second")
                    .update();
        }
        assertThat(other.step()).isTrue();

        assertThat(channelDelivery("died").claim()).as("it lost the channel").isNull();
        assertThat(receiver.drain()).singleElement().satisfies(received -> assertThat(
                        received.json().get("id").asString())
                .isEqualTo(claimed.id().toString()));
        assertThat(only().state()).isEqualTo(AlertState.SENT);
    }

    @Test
    void rulesSayWhichAlertGoesWhere() {
        rules = List.of(
                new Rule(Set.of(AlertKind.RUN_FAILED), List.of("flight-*"), List.of("hook")),
                new Rule(Set.of(), List.of("pumps"), List.of("hook", "log")));
        raise("a", AlertKind.RUN_FAILED, "flight-delay");
        raise("b", AlertKind.RUN_LATE, "flight-delay");
        raise("c", AlertKind.RUN_LATE, "pumps");

        assertThat(log())
                .extracting(entry -> entry.subject() + " " + entry.kind() + " " + entry.channel())
                .containsExactlyInAnyOrder(
                        "flight-delay RUN_FAILED hook",
                        "flight-delay RUN_LATE log",
                        "pumps RUN_LATE hook",
                        "pumps RUN_LATE log");
    }

    @Test
    void oldAlertsAreRemovedUnlessTheyWait() {
        receiver.answer(500);
        raise("waits", AlertKind.RUN_FAILED, "flights");
        AlertDelivery delivery = delivery();
        delivery.deliverDue();
        receiver.answer(200);
        raise("sent", AlertKind.RUN_FAILED, "pumps");
        delivery.deliverDue();
        clock.advance(Duration.ofDays(91));
        receiver.answer(500);
        raise("new", AlertKind.RUN_FAILED, "trains");
        delivery.deliverDue();

        assertThat(log()).extracting(AlertLog.Entry::subject).containsExactlyInAnyOrder("trains", "flights");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nBcc: x@example.org", "nul\u0000", "bell\u0007", "lone\ud800surrogate"})
    void textOfAnyKindIsKeptWithoutControlCharacters(String text) {
        new Alerts(metadata, settings(), clock)
                .raise(new Alert("k", AlertKind.RUN_FAILED, text, text, text.repeat(2000), clock.instant()));
        delivery().deliverDue();

        assertThat(only().state()).isEqualTo(AlertState.SENT);
        assertThat(only().subject().chars()).noneMatch(Character::isISOControl);
        assertThat(only().text()).hasSizeLessThanOrEqualTo(4000);
    }
}
