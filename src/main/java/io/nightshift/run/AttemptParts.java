package io.nightshift.run;

/** What every attempt works with. */
record AttemptParts(
        Ledgers ledgers,
        WorkplaceFactory workplaces,
        PlanKeeper plans,
        ChunkCommitter chunks,
        RunFinisher finisher,
        DatabaseRetry retry) {}
