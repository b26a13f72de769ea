package io.nightshift.job;

import io.nightshift.definition.DefinitionFiles;
import io.nightshift.definition.NamedFiles;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    static JobFile find(Path folder, String nameOrFile, NamedFiles.Reader<JobFile> reader) {
        return DefinitionFiles.isDefinition(nameOrFile)
                ? JobFile.load(Path.of(nameOrFile))
                : new NamedFiles<>(
                                "job",
                                FailureCode.JOB_UNKNOWN,
                                reader,
                                job -> job.name().value(),
                                JobFiles::sameName)
                        .find(folder, nameOrFile);
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
