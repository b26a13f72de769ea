/** What can go wrong: the code, its kind, whether a retry helps, and the one exception that carries them. */
@NullMarked
package io.nightshift.failure;

import org.jspecify.annotations.NullMarked;
