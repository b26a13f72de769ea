/** The service's endpoint: what operators and programs see and change over HTTP. */
@NullMarked
package io.nightshift.admin;

import org.jspecify.annotations.NullMarked;
