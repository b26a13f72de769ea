/** Results on their way: tables and files of a run, staged, committed and published. */
@NullMarked
package io.nightshift.write;

import org.jspecify.annotations.NullMarked;
