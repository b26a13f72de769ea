package io.nightshift.cli;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.schedule.ScheduleDefinition;
import io.nightshift.schedule.ScheduleDocument;
import io.nightshift.schedule.ScheduleFile;
import io.nightshift.schedule.ScheduleFiles;
import io.nightshift.schedule.Trigger;
import io.nightshift.timing.PlannedFire;
import io.nightshift.timing.Timing;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shows when a schedule fires: from its file alone, without a home, or as a service says. */
@Command(
        name = "next",
        description = "Show when a schedule fires next, and which of its times are left out.",
        mixinStandardHelpOptions = true)
final class SchedulesNextCommand implements Callable<Integer> {

    private static final int MOST = 1000;

    private final Session session;

    @Parameters(
            paramLabel = "SCHEDULE",
            description = "Name of a schedule in schedules/, or a schedule file; of the service's with a server.")
    private String name = "";

    @Option(
            names = "--count",
            paramLabel = "FIRES",
            description = "How many fires that happen, up to 1000. Default: ${DEFAULT-VALUE}.")
    private int count = 10;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Fires after this local time of the schedule's zone, such as 2027-03-27T00:00. Default: now.")
    private @Nullable LocalDateTime from;

    SchedulesNextCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (count < 1 || count > MOST) {
            throw new NightshiftException(FailureCode.USAGE, "--count " + count + " is not from 1 to " + MOST);
        }
        RemoteOperations remote = session.remote();
        JsonNode fires = remote == null ? ofFile() : ofService(remote);
        if (session.json()) {
            session.terminal().printJson(fires);
        } else {
            session.terminal().print(PlannedFires.text(fires));
        }
        return ExitCode.COMPLETED.number();
    }

    private JsonNode ofService(RemoteOperations service) {
        if (from != null) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "--from looks at a file of this machine; a service tells the fires that are next. Leave it out");
        }
        return service.next(name, count);
    }

    private JsonNode ofFile() {
        ScheduleFile file = ScheduleFiles.find(ScheduleFiles.FOLDER, name);
        ScheduleDefinition schedule = file.definition();
        if (!(schedule.trigger() instanceof Trigger.Timed timed)) {
            throw new NightshiftException(
                    FailureCode.USAGE,
                    "schedule " + schedule.name() + " has no times that are known beforehand: it fires "
                            + whenOf(schedule.trigger()));
        }
        return JsonMapper.shared()
                .valueToTree(ScheduleDocument.next(file, timed.timing(), planned(timed.timing(), schedule.zone())));
    }

    private List<PlannedFire> planned(Timing timing, ZoneId zone) {
        Instant after =
                from == null ? session.clock().instant() : from.atZone(zone).toInstant();
        return timing.preview(after, count);
    }

    private static String whenOf(Trigger trigger) {
        return trigger instanceof Trigger.After after
                ? "after the success of " + String.join(" and ", after.jobs()) + " for the same logical date"
                : "when data arrives";
    }
}
