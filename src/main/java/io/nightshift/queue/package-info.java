/** Runs that wait: which is taken next, by which process, and what becomes of it when it ends. */
@NullMarked
package io.nightshift.queue;

import org.jspecify.annotations.NullMarked;
