package io.nightshift.alert;

/** A way to tell people. Used by one thread at a time. */
interface AlertChannel {

    /**
     * Sends a message, and waits no longer than the channel's settings say.
     *
     * @throws io.nightshift.failure.NightshiftException ALERT_UNDELIVERABLE with the reason; the message may have arrived all
     *     the same
     */
    void send(AlertMessage message);
}
