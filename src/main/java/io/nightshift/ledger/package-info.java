/** The record of runs: identity, state moves with their events, plan, committed chunks, metrics and artefacts. */
@NullMarked
package io.nightshift.ledger;

import org.jspecify.annotations.NullMarked;
