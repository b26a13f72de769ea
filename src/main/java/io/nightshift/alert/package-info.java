/** Alerts: kept in an outbox with what they are about, and told to people by log, webhook and e-mail. */
@NullMarked
package io.nightshift.alert;

import org.jspecify.annotations.NullMarked;
