/** Tables in columns: types, schemas, columns as primitive arrays, and the record batch. */
@NullMarked
package io.nightshift.data;

import org.jspecify.annotations.NullMarked;
