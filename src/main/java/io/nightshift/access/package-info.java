/** Who may use the service: tokens with roles, what was done with them, and requests that were repeated. */
@NullMarked
package io.nightshift.access;

import org.jspecify.annotations.NullMarked;
