package io.nightshift.alert;

import io.nightshift.definition.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a channel leads, and when it is not used. Holds no secret, only where it is kept.
 *
 * @param quiet null for a channel that is always used
 */
record ChannelSettings(Destination destination, @Nullable QuietTime quiet) {

    sealed interface Destination permits Log, Webhook, Email {}

    /** The log of the process. */
    record Log() implements Destination {}

    /**
     * @param secret what messages are signed with
     * @param connect longest wait for the connection
     * @param read longest wait for the whole answer
     */
    record Webhook(URI url, Secret secret, Duration connect, Duration read) implements Destination {}

    /**
     * @param user null for a server that asks for none
     * @param password null for a server that asks for none
     * @param timeout longest wait for the connection, and for each answer
     */
    record Email(
            String host,
            int port,
            Encryption encryption,
            @Nullable String user,
            @Nullable Secret password,
            String from,
            List<String> to,
            Duration timeout)
            implements Destination {}

    enum Encryption {
        STARTTLS,
        TLS,
        NONE
    }
}
