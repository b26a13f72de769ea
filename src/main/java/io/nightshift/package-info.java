/** Puts the service together. */
@NullMarked
package io.nightshift;

import org.jspecify.annotations.NullMarked;
