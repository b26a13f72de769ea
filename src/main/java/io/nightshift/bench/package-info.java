/** Measures a job against its engine: the same model and rows, with and without everything around it. */
@NullMarked
package io.nightshift.bench;

import org.jspecify.annotations.NullMarked;
