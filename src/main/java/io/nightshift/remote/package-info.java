/** Asks a running service: where it is, who asks, requests and answers. */
@NullMarked
package io.nightshift.remote;

import org.jspecify.annotations.NullMarked;
