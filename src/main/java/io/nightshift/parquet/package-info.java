/** Parquet files to record batches and back, column by column. */
@NullMarked
package io.nightshift.parquet;

import org.jspecify.annotations.NullMarked;
