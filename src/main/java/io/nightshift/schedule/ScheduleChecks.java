package io.nightshift.schedule;

import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks what schedules say of things that are declared elsewhere: jobs, their parameters and models, databases. Each job
 * is read once. For one thread.
 */
public final class ScheduleChecks {

    private final Path jobs;
    private final Consumer<String> requireDatabase;
    private final Map<String, Found> jobsByName = new HashMap<>();

    /**
     * @param file null where there is none
     * @param missing why there is none
     */
    private record Found(@Nullable JobFile file, String missing) {}

    /**
     * @param jobs the folder of the job files
     * @param requireDatabase throws a {@link NightshiftException} for the name of a database that the configuration has not
     */
    public ScheduleChecks(Path jobs, Consumer<String> requireDatabase) {
        this.jobs = jobs;
        this.requireDatabase = requireDatabase;
    }

    /**
     * Reports unknown and broken jobs, unknown, missing and wrong parameters, jobs without their model, unknown
     * databases.
     */
    void check(ScheduleFile schedule, Problems problems) {
        ScheduleDefinition definition = schedule.definition();
        Found found = find(definition.job());
        if (found.file() == null) {
            problems.add(schedule.place("job"), found.missing());
        } else {
            check(schedule, found.file(), problems);
        }
        if (definition.trigger() instanceof Trigger.After after) {
            checkAwaited(schedule, after, problems);
        }
        if (definition.trigger() instanceof Trigger.Arrival arrival
                && arrival.source() instanceof Trigger.Query query) {
            check(schedule, query, problems);
        }
    }

    private void checkAwaited(ScheduleFile schedule, Trigger.After after, Problems problems) {
        for (int i = 0; i < after.jobs().size(); i++) {
            Found found = find(after.jobs().get(i));
            if (found.file() == null) {
                problems.add(schedule.place("after[" + i + "]"), found.missing());
            }
        }
    }

    private static void check(ScheduleFile schedule, JobFile job, Problems problems) {
        Map<String, String> texts = schedule.definition().parameters();
        job.problemsOf(texts).forEach((name, problem) -> problems.add(schedule.place("parameters." + name), problem));
        job.missingModel()
                .ifPresent(problem -> problems.add(schedule.place("job"), "job " + job.name() + ": " + problem));
    }

    private void check(ScheduleFile schedule, Trigger.Query query, Problems problems) {
        try {
            requireDatabase.accept(query.database());
        } catch (NightshiftException e) {
            problems.add(schedule.place("when.database"), String.valueOf(e.getMessage()));
        }
    }

    private Found find(String name) {
        return jobsByName.computeIfAbsent(name, unseen -> {
            try {
                return new Found(JobFiles.find(jobs, unseen), "");
            } catch (NightshiftException e) {
                String why = e.code() == FailureCode.DEFINITION_INVALID
                        ? "the file of job '" + unseen + "' has problems; `nightshift validate " + jobs + "` shows them"
                        : String.valueOf(e.getMessage());
                return new Found(null, why);
            }
        });
    }
}
