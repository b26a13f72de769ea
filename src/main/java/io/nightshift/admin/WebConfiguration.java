package io.nightshift.admin;

import io.nightshift.access.AuditLog;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** The web server and Spring MVC, with limits on what a request may cost. */
@Configuration(proxyBeanMethods = false)
@EnableWebMvc
class WebConfiguration implements WebMvcConfigurer {

    private static final int LARGEST_HEADERS = 16 << 10;
    private static final int MOST_HEADERS = 100;
    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_CONNECTIONS = 1_000;
    private static final int MOST_THREADS = 150;
    private static final int SILENCE_MILLIS = 10_000;
    private static final int SWALLOWED_BYTES = 64 << 10;
    private static final int DEEPEST = 32;
    private static final int LONGEST_TEXT = 64 << 10;
    private static final int LONGEST_NAME = 1_000;
    private static final int MOST_DIGITS = 1_000;
    private static final String BUNDLE = "endpoint";

    @Bean
    TomcatServletWebServerFactory webServerFactory(EndpointSettings settings) {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(settings.port());
        factory.setAddress(address(settings.address()));
        factory.addConnectorCustomizers(WebConfiguration::limit);
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
        EndpointSettings.Tls tls = settings.tls();
        if (tls != null) {
            factory.setSsl(Ssl.forBundle(BUNDLE));
            factory.setSslBundles(new DefaultSslBundleRegistry(BUNDLE, bundle(tls)));
        }
        return factory;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new NightshiftException(
                    FailureCode.ADDRESS_UNAVAILABLE,
                    "'" + text + "' is no address of this machine; nothing was started",
                    e);
        }
    }

    private static SslBundle bundle(EndpointSettings.Tls tls) {
        for (Path file : List.of(tls.certificate(), tls.key())) {
            if (!Files.isReadable(file)) {
                throw unusable(file, "it is not there or cannot be read", null);
            }
        }
        try {
            PemSslStoreDetails details = PemSslStoreDetails.forCertificate(
                            tls.certificate().toUri().toString())
                    .withPrivateKey(tls.key().toUri().toString());
            SslBundle bundle = SslBundle.of(new PemSslStoreBundle(details, null));
            bundle.getStores().getKeyStore();
            return bundle;
        } catch (RuntimeException e) {
            throw unusable(tls.certificate(), "it and its key are no pair of PEM files", e);
        }
    }

    private static NightshiftException unusable(
            Path file, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.USAGE,
                "the service cannot use " + file + " for TLS: " + why
                        + "; allowed are a PEM certificate for --tls-certificate and its PEM key for --tls-key. Nothing was"
                        + " started",
                cause);
    }

    private static void limit(Connector connector) {
        connector.setProperty("maxHttpRequestHeaderSize", Integer.toString(LARGEST_HEADERS));
        connector.setProperty("maxHeaderCount", Integer.toString(MOST_HEADERS));
        connector.setProperty("maxConnections", Integer.toString(MOST_CONNECTIONS));
        connector.setProperty("maxThreads", Integer.toString(MOST_THREADS));
        connector.setProperty("connectionTimeout", Integer.toString(SILENCE_MILLIS));
        connector.setProperty("maxSwallowSize", Integer.toString(SWALLOWED_BYTES));
        connector.setMaxParameterCount(MOST_PARAMETERS);
        connector.setMaxPostSize(LimitedBody.MOST_BYTES);
        connector.setXpoweredBy(false);
    }

    @Bean
    DispatcherServlet dispatcherServlet() {
        return new DispatcherServlet();
    }

    @Bean
    ServletRegistrationBean<DispatcherServlet> dispatcherServletRegistration(DispatcherServlet servlet) {
        return new ServletRegistrationBean<>(servlet, "/");
    }

    @Bean
    FilterRegistrationBean<RequestGate> requestGate(EndpointSettings settings, AuditLog audit, Clock clock) {
        FilterRegistrationBean<RequestGate> registration =
                new FilterRegistrationBean<>(new RequestGate(settings.hosts(), audit, new StrangerLimit(clock)));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new KnownParameters());
    }

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        builder.disableDefaults()
                .addCustomConverter(new ByteArrayHttpMessageConverter())
                .addCustomConverter(new StringHttpMessageConverter(java.nio.charset.StandardCharsets.UTF_8))
                .withJsonConverter(new JacksonJsonHttpMessageConverter(mapper()));
    }

    /** Strict: what a request says twice, misspells or appends must not be passed over, nor one kind of value be taken for another. */
    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(LONGEST_TEXT)
                        .maxNameLength(LONGEST_NAME)
                        .maxNumberLength(MOST_DIGITS)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual, texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
    }
}
