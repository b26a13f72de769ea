package io.nightshift.alert;

/** What became of an alert on a channel. */
public enum AlertState {
    /** To be sent, or to be tried again. */
    PENDING,
    /** Waiting for the end of a quiet time or of a limit, to be told together with others. */
    HELD,
    SENT,
    /** Given up after the last attempt. */
    UNDELIVERABLE
}
