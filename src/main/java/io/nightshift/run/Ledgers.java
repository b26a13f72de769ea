package io.nightshift.run;

import io.nightshift.ledger.ChunkLedger;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;

/** The three views of the record of runs. */
record Ledgers(RunLedger runs, ChunkLedger chunks, RunDetails details) {}
