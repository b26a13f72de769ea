/** The databases with a role, each at its version: embedded in the home, or on a server. */
@NullMarked
package io.nightshift.database;

import org.jspecify.annotations.NullMarked;
