package io.nightshift.cli;

import java.nio.file.Path;
import java.util.List;
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

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Files and folders. Default: jobs.")
    private List<Path> paths = List.of(Path.of("jobs"));

    ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.terminal().print(paths.toString());
        return ExitCode.COMPLETED.number();
    }
}
