package io.nightshift.cli;

import io.nightshift.backfill.Backfill;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists backfills. */
@Command(name = "backfills", description = "List backfills, newest first.", mixinStandardHelpOptions = true)
final class BackfillsCommand implements Callable<Integer> {

    private final Session session;

    BackfillsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (OpenHome home = OpenHome.open(session, "backfills")) {
            List<Backfill> backfills = home.backfills().list();
            if (session.json()) {
                session.terminal()
                        .printJson(Map.of(
                                "backfills",
                                backfills.stream().map(BackfillReport::document).toList()));
            } else {
                session.terminal().print(BackfillReport.table(backfills));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
