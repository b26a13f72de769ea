/** Runs of a job for many logical dates: one each, a few at a time, behind everything that is live. */
@NullMarked
package io.nightshift.backfill;

import org.jspecify.annotations.NullMarked;
