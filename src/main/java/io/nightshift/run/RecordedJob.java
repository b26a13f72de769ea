package io.nightshift.run;

import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.ledger.RunRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The definition that a run recorded when it was launched. */
public final class RecordedJob {

    private RecordedJob() {}

    /**
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID where this version no longer reads it
     */
    public static JobDefinition of(RunRecord run) {
        return of(run, null);
    }

    /** The same with another model, or null. */
    public static JobDefinition of(RunRecord run, @Nullable String model) {
        return JobFile.parse("run " + run.id(), run.definition())
                .resolve(new JobFile.Launch(run.parameters(), run.logicalDate(), Map.of(), model));
    }
}
