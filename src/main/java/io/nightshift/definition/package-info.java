/** Declared things in strict YAML: documents whose every value knows its place, and formats that read them. */
@NullMarked
package io.nightshift.definition;

import org.jspecify.annotations.NullMarked;
