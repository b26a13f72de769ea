package io.nightshift.cli;

import io.nightshift.ledger.RunRecord;
import io.nightshift.run.RecordedJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a run. */
@Command(
        name = "restart",
        description = "Continue a failed or stopped run where the ledger says.",
        mixinStandardHelpOptions = true)
final class RestartCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    @Option(names = "--detach", description = "With a server: do not wait for the end of the run.")
    private boolean detach;

    RestartCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RemoteOperations remote = session.remote();
        if (remote != null) {
            return new RemoteAttempt(session, remote).restart(run, detach);
        }
        RemoteAttempt.refuseDetached(detach);
        return new AttemptRunner(session).run("restart " + run, home -> {
            RunRecord found = home.search().named(run);
            return control -> home.launcher().restart(found, RecordedJob.of(found), OpenHome.who(), control);
        });
    }
}
