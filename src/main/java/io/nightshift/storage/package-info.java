/** Where bytes live: list, open, stage and rename files, locally through {@code java.nio}, elsewhere through Hadoop. */
@NullMarked
package io.nightshift.storage;

import org.jspecify.annotations.NullMarked;
