/** Input columns to the rows of a model's tensors, by the transforms of its signature. */
@NullMarked
package io.nightshift.feature;

import org.jspecify.annotations.NullMarked;
