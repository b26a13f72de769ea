/** A declared job: parsed, validated, resolved for one set of parameters, immutable. */
@NullMarked
package io.nightshift.job;

import org.jspecify.annotations.NullMarked;
