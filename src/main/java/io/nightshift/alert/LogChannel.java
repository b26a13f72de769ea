package io.nightshift.alert;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of the process. */
final class LogChannel implements AlertChannel {

    private static final Logger LOG = LoggerFactory.getLogger(LogChannel.class);

    @Override
    public void send(AlertMessage message) {
        LOG.warn("alert {}: {}", message.id(), message.text().replace("\n", "\n    "));
    }
}
