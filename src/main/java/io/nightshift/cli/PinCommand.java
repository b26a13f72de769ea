package io.nightshift.cli;

import io.nightshift.ledger.RunRecord;
import io.nightshift.run.RunDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps a run's results, whatever its job says. */
@Command(
        name = "pin",
        description = "Keep the results of a run, whatever its job says of keeping them.",
        mixinStandardHelpOptions = true)
final class PinCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "RUN", description = "Id, beginning of an id, or name.")
    private String run = "";

    @Option(names = "--remove", description = "Take the pin off again.")
    private boolean remove;

    PinCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (OpenHome home = OpenHome.open(session, "pin " + run)) {
            RunRecord pinned = home.retention().pin(home.search().named(run), !remove, OpenHome.who());
            if (session.json()) {
                session.terminal().printJson(RunDocument.of(pinned));
            } else {
                session.terminal()
                        .print("run " + pinned.id() + " (" + pinned.name() + ") is "
                                + (pinned.pinned() ? "pinned: its results are kept" : "not pinned"));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
