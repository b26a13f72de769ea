/** Plans how a source is read (partitions, chunks, fingerprint) and streams its record batches. */
@NullMarked
package io.nightshift.read;

import org.jspecify.annotations.NullMarked;
