/** Record batches to database tables: types, identifiers, tables that are made or checked, bulk inserts. */
@NullMarked
package io.nightshift.jdbc;

import org.jspecify.annotations.NullMarked;
