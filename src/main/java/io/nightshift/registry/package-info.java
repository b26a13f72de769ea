/** Models as users name them: folders with a signature, their checksums and their golden rows. */
@NullMarked
package io.nightshift.registry;

import org.jspecify.annotations.NullMarked;
