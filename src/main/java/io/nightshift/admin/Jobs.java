package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Jobs that requests name: those of the service's folder, never a file. */
final class Jobs {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private Jobs() {}

    /**
     * @throws NightshiftException JOB_UNKNOWN, with the nearest name; DEFINITION_INVALID where its file is broken
     */
    static JobFile named(Path folder, String name) {
        if (!NAME.matcher(name).matches() || name.endsWith(".yaml") || name.endsWith(".yml")) {
            throw new NightshiftException(
                    FailureCode.JOB_UNKNOWN,
                    "there is no such job; a request names one by its name, which is up to 63 of a-z, 0-9, '.', '_' and"
                            + " '-'. Nothing was done");
        }
        return JobFiles.find(folder, name);
    }
}
