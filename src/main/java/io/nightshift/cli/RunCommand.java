package io.nightshift.cli;

import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Launches a job and works on it to its end. */
@Command(name = "run", description = "Run a job to its end and publish its results.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            paramLabel = "JOB|FILE",
            description = "A job of the folder jobs, or a job file; of the service's folder with a server.")
    private String job = "";

    @Option(names = "-p", paramLabel = "NAME=VALUE", description = "A parameter of the job.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--model", paramLabel = "DIR", description = "A model in place of the job's.")
    private @Nullable String model;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "A setting in place of the job's: compute.threads=1.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A tag to find the run by.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
            names = "--logical-date",
            paramLabel = "TIME",
            description = "The date and time the run is for: 2001-03-05T00:00. Default: now.")
    private @Nullable LocalDateTime logicalDate;

    @Option(names = "--detach", description = "With a server: do not wait for the end of the run.")
    private boolean detach;

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RemoteOperations remote = session.remote();
        if (remote != null) {
            return new RemoteAttempt(session, remote).launch(request(), detach);
        }
        RemoteAttempt.refuseDetached(detach);
        LocalDateTime date =
                logicalDate == null ? LocalDateTime.now(session.clock()).truncatedTo(ChronoUnit.SECONDS) : logicalDate;
        JobDefinition definition =
                JobFiles.find(JobFiles.FOLDER, job).resolve(new JobFile.Launch(parameters, date, settings, model));
        return new AttemptRunner(session)
                .run(
                        "run " + job,
                        home -> control -> home.launcher().launch(definition, date, tags, OpenHome.who(), control));
    }

    private Map<String, @Nullable Object> request() {
        Map<String, @Nullable Object> request = new LinkedHashMap<>();
        request.put("job", job);
        request.put("parameters", parameters);
        request.put("logical_date", logicalDate == null ? null : logicalDate.toString());
        request.put("model", model);
        request.put("settings", settings);
        request.put("tags", tags);
        return request;
    }
}
