/** Conducts one run: launch, plan, partitions, stop, restart, publish, recover. */
@NullMarked
package io.nightshift.run;

import org.jspecify.annotations.NullMarked;
