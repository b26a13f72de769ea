/** Named databases, and tables to record batches and back: types, identifiers, queries, bulk inserts. */
@NullMarked
package io.nightshift.jdbc;

import org.jspecify.annotations.NullMarked;
