package io.nightshift.cli;

import io.nightshift.backfill.BackfillState;
import io.nightshift.backfill.Backfills;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Lists backfills. */
@Command(name = "backfills", description = "List backfills, newest first.", mixinStandardHelpOptions = true)
final class BackfillsCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--job", paramLabel = "JOB", description = "Only backfills of this job.")
    private @Nullable String job;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only backfills in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable BackfillState state;

    @Option(
            names = "--limit",
            paramLabel = "BACKFILLS",
            description = "Most backfills to list. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    BackfillsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Backfills.Filter filter = new Backfills.Filter(job, state, null, Session.limit(limit));
        try (Operations operations = session.operations("backfills")) {
            JsonNode backfills = operations.backfills(filter);
            if (session.json()) {
                session.terminal().printJson(backfills);
            } else {
                session.terminal().print(BackfillReport.table(backfills.get("backfills")));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
