/** Loaded models and their devices: a record batch in, a scored batch out. */
@NullMarked
package io.nightshift.score;

import org.jspecify.annotations.NullMarked;
