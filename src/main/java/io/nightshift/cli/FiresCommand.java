package io.nightshift.cli;

import io.nightshift.schedule.FireFilter;
import io.nightshift.schedule.FireOutcome;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Lists what became of planned fires. */
@Command(
        name = "fires",
        description = "List planned fires of schedules, newest first, with what became of them and why.",
        mixinStandardHelpOptions = true)
final class FiresCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--schedule", paramLabel = "SCHEDULE", description = "Only fires of this schedule.")
    private @Nullable String schedule;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            description = "Only fires with this outcome: ${COMPLETION-CANDIDATES}.")
    private @Nullable FireOutcome outcome;

    @Option(names = "--since", paramLabel = "TIME", description = "Only fires due at a date or instant or later.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only fires due at a date or instant or earlier.")
    private @Nullable String until;

    @Option(names = "--limit", paramLabel = "FIRES", description = "Most fires to list. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    FiresCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FireFilter filter = new FireFilter(
                schedule,
                outcome,
                session.instant("--since", since),
                session.instant("--until", until),
                null,
                Session.limit(limit));
        try (Operations operations = session.operations("fires")) {
            JsonNode fires = operations.fires(filter);
            if (session.json()) {
                session.terminal().printJson(fires);
            } else {
                session.terminal().print(ScheduleText.fires(fires.get("fires")));
            }
            return ExitCode.COMPLETED.number();
        }
    }
}
