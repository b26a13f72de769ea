package io.nightshift.cli;

import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunRecord;
import io.nightshift.run.RecordedJob;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores rejected rows again. */
@Command(
        name = "redrive",
        description = "Score the rejected rows of a completed run again, into the same run.",
        mixinStandardHelpOptions = true)
final class RedriveCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model in place of the run's, with the same outputs.")
    private @Nullable String model;

    RedriveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return new AttemptRunner(session).run("redrive " + run, home -> {
            RunRecord found = home.search().named(run);
            JobDefinition job = RecordedJob.of(found, model);
            return control -> home.redriver().redrive(found, job, OpenHome.who(), control);
        });
    }
}
