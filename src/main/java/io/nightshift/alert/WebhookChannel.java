package io.nightshift.alert;

import io.nightshift.alert.ChannelSettings.Webhook;
import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Posts messages as JSON, signed so that the receiver can tell who sent them and when. */
final class WebhookChannel implements AlertChannel {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LONGEST_ANSWER = 200;

    private final Webhook settings;
    private final Map<String, String> environment;
    private final Clock clock;
    private final HttpClient client;

    /** @param environment where the secret may be kept */
    WebhookChannel(Webhook settings, Map<String, String> environment, Clock clock) {
        this.settings = settings;
        this.environment = environment;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connect())
                .build();
    }

    @Override
    public void send(AlertMessage message) {
        String body = JsonMapper.shared().writeValueAsString(document(message));
        HttpResponse<String> answer = answer(client.sendAsync(request(message, body), head -> new CappedBody()));
        int status = answer.statusCode();
        if (status < 200 || status > 299) {
            String said = PlainText.line(answer.body(), LONGEST_ANSWER);
            throw undeliverable(
                    "it answered with status " + status
                            + (status >= 300 && status < 400
                                    ? ", a redirect, which is not followed; configure the URL that it leads to"
                                    : said.isEmpty() ? "" : ": " + said),
                    null);
        }
    }

    private HttpRequest request(AlertMessage message, String body) {
        long seconds = clock.instant().getEpochSecond();
        return HttpRequest.newBuilder(settings.url())
                .timeout(settings.connect().plus(settings.read()))
                .header("Content-Type", "application/json")
                .header("User-Agent", "nightshift")
                .header("Nightshift-Id", message.id().toString())
                .header("Nightshift-Signature", "t=" + seconds + ",v1=" + signature(seconds + "." + body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private String signature(String signed) {
        try {
            byte[] secret = settings.secret()
                    .read(environment, FailureCode.ALERT_UNDELIVERABLE)
                    .getBytes(StandardCharsets.UTF_8);
            if (secret.length == 0) {
                throw undeliverable("its secret is empty", null);
            }
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** The client's own time-out ends with the answer's head, so the whole is bounded here. */
    private HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> answer) {
        long limit = settings.connect().plus(settings.read()).toMillis();
        try {
            return answer.get(limit, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw undeliverable("it did not answer within " + limit + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw undeliverable(
                    cause.getClass().getSimpleName() + " " + PlainText.line(Causes.firstLine(cause), LONGEST_ANSWER),
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw undeliverable("the process is ending", e);
        }
    }

    /** The path and the query are not named: many webhooks have their secret there. */
    private NightshiftException undeliverable(String reason, @Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.ALERT_UNDELIVERABLE,
                "the webhook at " + settings.url().getHost() + ": " + reason,
                cause);
    }

    private static Map<String, Object> document(AlertMessage message) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", message.id().toString());
        document.put("title", message.title());
        document.put("count", message.count());
        document.put(
                "alerts", message.shown().stream().map(WebhookChannel::document).toList());
        document.put("not_shown", message.left());
        return document;
    }

    private static Map<String, @Nullable Object> document(AlertMessage.Group group) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("kind", group.kind());
        document.put("subject", group.subject());
        document.put("count", group.count());
        document.put("first", group.first().toString());
        document.put("last", group.last().toString());
        document.put("run", group.run());
        document.put("text", group.text());
        return document;
    }
}
