package io.nightshift.cli;

import io.nightshift.ledger.RunRecord;
import io.nightshift.run.RunDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks for the end of a run, whichever process works on it. */
@Command(
        name = "stop",
        description = "Stop a run after the chunks in hand; one that waits stops at once.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    StopCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (OpenHome home = OpenHome.open(session, "stop " + run)) {
            RunRecord found = home.search().named(run);
            home.queue().stop(found, OpenHome.who(), "stopped by hand");
            RunRecord stopped = home.ledger().get(found.id());
            if (session.json()) {
                session.terminal().printJson(RunDocument.of(stopped));
            } else {
                session.terminal().print("run " + stopped.id() + " (" + stopped.name() + ") is " + stopped.state());
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
