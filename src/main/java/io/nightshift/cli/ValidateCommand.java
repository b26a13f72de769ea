package io.nightshift.cli;

import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks definition files without running anything. */
@Command(
        name = "validate",
        description = "Check job files and report every problem of every file at once.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "JOB|PATH", description = "Jobs, files and folders. Default: jobs.")
    private List<String> names = List.of(JobFiles.FOLDER.toString());

    ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<JobFile> files = JobFiles.load(names.stream()
                .map(name -> JobFiles.locate(JobFiles.FOLDER, name))
                .toList());
        if (session.json()) {
            session.terminal()
                    .printJson(Map.of("files", files.stream().map(JobFile::file).toList()));
        } else {
            files.forEach(file -> session.terminal().print(file.file() + ": job " + file.name() + " is valid"));
        }
        return ExitCode.COMPLETED.number();
    }
}
