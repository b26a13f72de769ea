package io.nightshift.run;

import io.nightshift.ledger.ChunkLedger;
import io.nightshift.ledger.Leases;
import io.nightshift.ledger.PublicationLedger;
import io.nightshift.ledger.RetentionLedger;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunLedger;

/** The views of the record of runs. */
record Ledgers(
        RunLedger runs,
        RunDetails details,
        Leases leases,
        ChunkLedger chunks,
        PublicationLedger publications,
        RetentionLedger retention) {}
