/** The configuration file: one mapping, put together from the sections of the packages that it configures. */
@NullMarked
package io.nightshift.configuration;

import org.jspecify.annotations.NullMarked;
