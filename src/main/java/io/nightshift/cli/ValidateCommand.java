package io.nightshift.cli;

import io.nightshift.definition.DefinitionFiles;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.schedule.ScheduleChecks;
import io.nightshift.schedule.ScheduleFile;
import io.nightshift.schedule.ScheduleFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks definition files without running anything. */
@Command(
        name = "validate",
        description = "Check job and schedule files and report every problem of every file at once.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            arity = "0..*",
            paramLabel = "JOB|PATH",
            description = "Jobs, files and folders. Default: the folders jobs and schedules.")
    private List<String> names = List.of();

    ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Problems problems = new Problems();
        List<Path> schedules = new ArrayList<>();
        List<Path> jobs = new ArrayList<>();
        for (Path file : DefinitionFiles.under(paths(), problems)) {
            (ScheduleFiles.isSchedule(file) ? schedules : jobs).add(file);
        }
        Map<String, String> valid = new LinkedHashMap<>();
        for (JobFile job : collected(() -> JobFiles.load(jobs), problems)) {
            valid.put(job.file(), "job " + job.name());
        }
        for (ScheduleFile schedule : collected(() -> ScheduleFiles.load(schedules, checks()), problems)) {
            valid.put(schedule.file(), "schedule " + schedule.name());
        }
        problems.throwIfAny();
        if (session.json()) {
            session.terminal().printJson(Map.of("files", List.copyOf(valid.keySet())));
        } else {
            valid.forEach((file, what) -> session.terminal().print(file + ": " + what + " is valid"));
        }
        return ExitCode.COMPLETED.number();
    }

    private List<Path> paths() {
        if (!names.isEmpty()) {
            return names.stream()
                    .map(name -> JobFiles.locate(JobFiles.FOLDER, name))
                    .toList();
        }
        return Files.isDirectory(ScheduleFiles.FOLDER)
                ? List.of(JobFiles.FOLDER, ScheduleFiles.FOLDER)
                : List.of(JobFiles.FOLDER);
    }

    private ScheduleChecks checks() {
        return new ScheduleChecks(JobFiles.FOLDER, name -> {
            try (Databases databases = new Databases(session.configuration().databases(), session.environment())) {
                databases.settings(name);
            }
        });
    }

    private static <T> List<T> collected(Supplier<List<T>> load, Problems problems) {
        try {
            return load.get();
        } catch (NightshiftException e) {
            if (e.code() != FailureCode.DEFINITION_INVALID || e.problems().isEmpty()) {
                throw e;
            }
            e.problems().forEach(problems::add);
            return List.of();
        }
    }
}
