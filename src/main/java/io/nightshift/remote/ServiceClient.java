package io.nightshift.remote;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends requests to one service and turns its answers into documents and failures. It follows no redirects: they would take the token
 * elsewhere. Thread-safe.
 */
public final class ServiceClient {

    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final String API = "/api/v1";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final ServiceAddress address;
    private final ServiceToken token;
    private final HttpClient client;
    private final Duration patience;

    /**
     * @param authority PEM file of the certificates to trust; null for those that the JVM trusts
     * @throws NightshiftException USAGE where the authority cannot be used
     */
    public ServiceClient(ServiceAddress address, ServiceToken token, @Nullable Path authority) {
        this(address, token, connecting(authority), USUAL);
    }

    private ServiceClient(ServiceAddress address, ServiceToken token, HttpClient client, Duration patience) {
        this.address = address;
        this.token = token;
        this.client = client;
        this.patience = patience;
    }

    private static HttpClient connecting(@Nullable Path authority) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        return authority == null
                ? builder.build()
                : builder.sslContext(TrustedAuthority.of(authority)).build();
    }

    /** The same with another patience than 30 s for an answer, its last byte included. */
    public ServiceClient within(Duration longest) {
        return new ServiceClient(address, token, client, longest);
    }

    /** Where the service is. */
    public ServiceAddress address() {
        return address;
    }

    /** A word of a path or a query, as addresses have it. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Asks for a document.
     *
     * @param path below the API's, its words encoded
     * @param query values by name, as they are
     * @throws NightshiftException as the service refuses, or SERVICE_UNREACHABLE
     */
    public JsonNode get(String path, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
        return send(
                request(path + (parameters.isEmpty() ? "" : "?" + parameters)).GET());
    }

    /**
     * Has the service do something.
     *
     * @param body a JSON document, or null for none
     * @param idempotencyKey under which a repeated request does nothing again, or null
     * @throws NightshiftException as the service refuses, or SERVICE_UNREACHABLE: it may have been done then, unless the message says
     *     that nothing was sent
     */
    public JsonNode post(String path, @Nullable Object body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = request(path);
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        if (body == null) {
            return send(request.POST(HttpRequest.BodyPublishers.noBody()));
        }
        return send(request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(body))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(API + path))
                .header("Authorization", token.header())
                .header("Accept", "application/json");
    }

    private JsonNode send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, information -> new LimitedAnswer());
        try {
            return ServiceAnswer.read(address, answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw failed(request, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failed(
                    request, new HttpTimeoutException("no whole answer within " + patience.toMillis() / 1e3 + " s"));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failed(request, new IOException("the command was interrupted", e));
        }
    }

    private NightshiftException failed(HttpRequest request, Throwable cause) {
        boolean unsent = cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof SSLHandshakeException;
        String kept = unsent
                ? "Nothing was sent"
                : request.method().equals("GET")
                        ? "Nothing was changed"
                        : "Whether it was done is not known: look before you ask again";
        return new NightshiftException(
                FailureCode.SERVICE_UNREACHABLE,
                "the service at " + address + " cannot be asked: " + why(cause) + ". " + kept,
                cause);
    }

    private static String why(Throwable cause) {
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection within " + CONNECT.toSeconds() + " s";
        }
        if (cause instanceof ConnectException) {
            boolean unknown = Causes.of(cause).stream()
                    .anyMatch(each -> each instanceof java.nio.channels.UnresolvedAddressException);
            return unknown ? "its name is unknown" : "nothing listens there; see that it serves, and at that address";
        }
        if (cause instanceof SSLException) {
            return "TLS: " + Causes.firstLine(cause) + ". Give --ca where its certificate is signed by an authority of"
                    + " your own";
        }
        return Causes.firstLine(cause);
    }
}
