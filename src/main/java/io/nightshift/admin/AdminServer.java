package io.nightshift.admin;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.IssuedToken;
import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.net.BindException;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The running endpoint. It is a Spring context of its own below the service's: it takes what is there and adds HTTP, so that commands
 * which serve nothing load none of it. Closing it refuses new requests, ends event streams and leaves the service as it was.
 * Thread-safe.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final AnnotationConfigServletWebServerApplicationContext context;
    private final String url;
    private final int port;
    private final Optional<IssuedToken> firstToken;

    private AdminServer(
            AnnotationConfigServletWebServerApplicationContext context,
            String url,
            int port,
            Optional<IssuedToken> firstToken) {
        this.context = context;
        this.url = url;
        this.port = port;
        this.firstToken = firstToken;
    }

    /**
     * Starts listening.
     *
     * @param core the service, which outlives the endpoint
     * @throws NightshiftException ADDRESS_UNAVAILABLE, USAGE where a certificate cannot be used; nothing listens then
     */
    public static AdminServer start(ConfigurableApplicationContext core, EndpointSettings settings) {
        return start(core, settings, new Class<?>[0]);
    }

    /** With beans beside the endpoint's own. */
    static AdminServer start(ConfigurableApplicationContext core, EndpointSettings settings, Class<?>... more) {
        // Tomcat logs by java.util.logging, whose default is the terminal.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        AnnotationConfigServletWebServerApplicationContext context =
                new AnnotationConfigServletWebServerApplicationContext();
        context.setParent(core);
        // What holds is what the command says: no variable of the environment may open the endpoint further.
        context.getEnvironment()
                .getPropertySources()
                .forEach(source -> context.getEnvironment().getPropertySources().remove(source.getName()));
        context.registerBean("endpointSettings", EndpointSettings.class, () -> settings);
        context.register(WebConfiguration.class, SecurityConfiguration.class, RoutesConfiguration.class);
        if (more.length > 0) {
            context.register(more);
        }
        try {
            context.refresh();
        } catch (RuntimeException e) {
            context.close();
            throw failed(settings, e);
        }
        String scheme = settings.tls() == null ? "http" : "https";
        int port = Objects.requireNonNull(context.getWebServer(), "a started context has a server")
                .getPort();
        String url = scheme + "://" + literal(settings.address()) + ":" + port;
        Optional<IssuedToken> first = core.getBean(AccessTokens.class).createFirst("the service's first start");
        LOG.info("endpoint listens url={}", url);
        return new AdminServer(context, url, port, first);
    }

    private static String literal(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    private static RuntimeException failed(EndpointSettings settings, RuntimeException thrown) {
        Optional<NightshiftException> known = Causes.known(thrown);
        if (known.isPresent()) {
            return known.get();
        }
        Throwable cause = Causes.of(thrown).stream()
                .filter(each -> each instanceof WebServerException || each instanceof BindException)
                .reduce((outer, inner) -> inner)
                .orElse(null);
        return cause == null
                ? thrown
                : new NightshiftException(
                        FailureCode.ADDRESS_UNAVAILABLE,
                        "the service cannot listen on " + settings.address() + ":" + settings.port() + ": "
                                + Causes.firstLine(cause)
                                + "; nothing was started. Choose another --port or --address, or"
                                + " end what uses it",
                        thrown);
    }

    /** Where it listens, with the port that was free. */
    public int port() {
        return port;
    }

    /** {@code http://address:port}, without a path. */
    public String url() {
        return url;
    }

    /** The operator's token that the very first start makes: to be shown once, it is kept nowhere. */
    public Optional<IssuedToken> firstToken() {
        return firstToken;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        if (context.isActive()) {
            context.getBean(EventStreams.class).close();
            context.close();
        }
    }
}
