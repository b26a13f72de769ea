package io.nightshift.remote;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a service is.
 *
 * @param base without a slash at its end
 */
public record ServiceAddress(URI base) {

    /** Names that are looked up could lead anywhere. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    /**
     * Reads an address as people give it.
     *
     * @param insecure whether a token may cross a network without TLS
     * @throws NightshiftException USAGE
     */
    public static ServiceAddress parse(String text, boolean insecure) {
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            throw refused(text, "it is no address of a service", null);
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refused(text.replaceFirst("//[^/]*@", "//...@"), "it has more than a host, a port and a path", null);
        }
        boolean loopback =
                LOOPBACK.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches();
        if (scheme.equals("http") && !loopback && !insecure) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "the server '" + text + "' is another machine without TLS: the token would cross the network"
                            + " readable. Nothing was sent. Use https://, or give --insecure where the network is trusted");
        }
        return new ServiceAddress(URI.create(text.replaceFirst("/+$", "")));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw refused(text, "it is no address of a service", e);
        }
    }

    private static NightshiftException refused(String text, String why, @Nullable Throwable cause) {
        return new NightshiftException(
                FailureCode.USAGE,
                "the server is '" + text + "': " + why
                        + "; allowed is one such as https://scoring.example.org:8443 or http://127.0.0.1:8080. Nothing was"
                        + " sent",
                cause);
    }

    URI resolve(String path) {
        return URI.create(base + path);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
