package io.nightshift.job;

import io.nightshift.definition.DefinitionFiles;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import io.nightshift.failure.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds and loads job files. Reads only; holds nothing between calls. */
public final class JobFiles {

    /** Where jobs are looked for that are named without a place. */
    public static final Path FOLDER = Path.of("jobs");

    private JobFiles() {}

    /**
     * Loads files and folders (every {@code .yaml} and {@code .yml} below), and checks the jobs against each other.
     *
     * @return in the order of the paths, files of a folder by name
     * @throws NightshiftException DEFINITION_INVALID with every problem of every file
     */
    public static List<JobFile> load(List<Path> paths) {
        Problems problems = new Problems();
        List<JobFile> jobs = new ArrayList<>();
        for (Path file : DefinitionFiles.under(paths, problems)) {
            JobFile job = JobFile.read(file, problems);
            if (job != null) {
                jobs.add(job);
            }
        }
        refuseClashes(jobs, problems);
        problems.throwIfAny();
        return List.copyOf(jobs);
    }

    /**
     * The job of a name among a folder's files, or of a file: what ends in {@code .yaml} or {@code .yml} is a file.
     * Files of other jobs may be broken; nothing else of them is used.
     *
     * @throws NightshiftException JOB_UNKNOWN, with the nearest name; DEFINITION_INVALID where the file that has the name
     *     is broken, or two files have it
     */
    public static JobFile find(Path folder, String nameOrFile) {
        return find(folder, nameOrFile, JobFile::read);
    }

    /** How a file becomes a job, or null after reporting every problem of it. */
    interface Reader {

        @Nullable
        JobFile read(Path file, Problems problems);
    }

    static JobFile find(Path folder, String nameOrFile, Reader reader) {
        if (DefinitionFiles.isDefinition(nameOrFile)) {
            return JobFile.load(Path.of(nameOrFile));
        }
        Problems broken = new Problems();
        List<Path> files =
                Files.isDirectory(folder) ? DefinitionFiles.under(List.of(folder), new Problems()) : List.of();
        Map<String, JobFile> jobs = new LinkedHashMap<>();
        for (Path file : files) {
            JobFile job = reader.read(file, broken);
            if (job == null) {
                continue;
            }
            JobFile other = jobs.putIfAbsent(job.name().value(), job);
            if (other != null && job.name().value().equals(nameOrFile)) {
                throw NightshiftException.invalidDefinitions(List.of(sameName(job, other)));
            }
        }
        JobFile job = jobs.get(nameOrFile);
        if (job == null) {
            throw unknown(folder, nameOrFile, jobs, broken);
        }
        return job;
    }

    /**
     * Where definitions are that were named by a file, a folder or a job. What has a {@code /}, or is there, is no job.
     *
     * @throws NightshiftException as {@link #find} where there is no such job
     */
    public static Path locate(Path folder, String name) {
        Path path = Path.of(name);
        return DefinitionFiles.isDefinition(name) || path.getNameCount() > 1 || Files.exists(path)
                ? path
                : Path.of(find(folder, name).file());
    }

    private static NightshiftException unknown(Path folder, String name, Map<String, JobFile> jobs, Problems broken) {
        List<Problem> own = broken.sorted().stream()
                .filter(problem -> DefinitionFiles.stem(problem.file()).equals(name))
                .toList();
        if (!own.isEmpty()) {
            return NightshiftException.invalidDefinitions(own);
        }
        long brokenFiles =
                broken.sorted().stream().map(Problem::file).distinct().count();
        return new NightshiftException(
                FailureCode.JOB_UNKNOWN,
                "there is no job '" + name + "' in " + folder
                        + (jobs.isEmpty() ? "" : " (there are " + String.join(", ", jobs.keySet()) + ")")
                        + (brokenFiles == 0 ? "" : " (files with problems: " + brokenFiles + ", see 'validate')")
                        + Suggestion.suffix(name, jobs.keySet()),
                folder.toString(),
                null);
    }

    private static void refuseClashes(List<JobFile> jobs, Problems problems) {
        Map<String, JobFile> byName = new LinkedHashMap<>();
        Map<String, JobFile> byTable = new LinkedHashMap<>();
        for (JobFile job : jobs) {
            JobFile other = byName.putIfAbsent(job.name().value(), job);
            if (other != null) {
                problems.add(sameName(job, other));
                continue;
            }
            String table = job.declared().output().table();
            if (table == null) {
                continue;
            }
            for (String name : ResultNames.generated(table, job.declared().aggregates())) {
                JobFile owner = byTable.putIfAbsent(name.toLowerCase(Locale.ROOT), job);
                if (owner != null) {
                    problems.add(
                            job.place("output.table"),
                            "the table or view '" + name + "' is already made by job " + owner.name() + " ("
                                    + owner.file() + "); choose another table");
                    break;
                }
            }
        }
    }

    private static Problem sameName(JobFile job, JobFile other) {
        return job.place("job").problem("the name '" + job.name() + "' is already taken by " + other.file());
    }
}
