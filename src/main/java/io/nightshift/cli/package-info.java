/** The command line: commands, their output as text or JSON, and their exit codes. */
@NullMarked
package io.nightshift.cli;

import org.jspecify.annotations.NullMarked;
