/** Mergeable summaries of scored batches: groups, exact measures, sketches, and the bytes that carry them over a restart. */
@NullMarked
package io.nightshift.aggregate;

import org.jspecify.annotations.NullMarked;
