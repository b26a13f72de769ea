package io.nightshift.cli;

import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunRecord;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Goes back, or forward, to another complete run. */
@Command(
        name = "publish",
        description = "Make a completed run the one that readers see.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    PublishCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (OpenHome home = OpenHome.open(session, "publish " + run)) {
            RunRecord found = home.search().named(run);
            JobDefinition job = RecordedJob.of(found);
            RunRecord published = home.publisher().publish(found, job, OpenHome.who());
            if (session.json()) {
                session.terminal().printJson(RunDocument.of(published));
            } else {
                String named = published.id() + " (" + published.name() + ")";
                session.terminal()
                        .print(
                                job.mergeKey().isEmpty()
                                        ? "readers now see run " + named
                                        : "the keys of run " + named
                                                + " have its values again; other keys keep theirs");
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
