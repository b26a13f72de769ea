package io.nightshift.cli;

import io.nightshift.job.JobDefinition.Keep;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.run.RunPurger;
import io.nightshift.run.RunPurger.Candidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes the results that jobs no longer keep. */
@Command(
        name = "purge",
        description = "Remove the results of runs that their job no longer keeps. The record of the runs stays.",
        mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            arity = "0..1",
            paramLabel = "JOB|FILE",
            description = "A job of the folder jobs, or a job file. Default: every job of the folder.")
    private @Nullable String job;

    @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
    private boolean dryRun;

    PurgeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<JobFile> jobs =
                job == null ? JobFiles.load(List.of(JobFiles.FOLDER)) : List.of(JobFiles.find(JobFiles.FOLDER, job));
        try (OpenHome home = OpenHome.open(session, "purge")) {
            List<Candidate> purged = new ArrayList<>();
            List<Candidate> kept = new ArrayList<>();
            try {
                for (Candidate candidate : candidates(home.purger(), jobs)) {
                    boolean stays = candidate.keptBy() != null
                            || !dryRun && !home.purger().purge(candidate, OpenHome.who());
                    (stays ? kept : purged).add(candidate);
                }
            } finally {
                report(jobs, purged, kept);
            }
            return ExitCode.COMPLETED.number();
        }
    }

    private List<Candidate> candidates(RunPurger purger, List<JobFile> jobs) {
        List<Candidate> candidates = new ArrayList<>(
                purger.unfinished(job == null ? null : jobs.get(0).name()));
        jobs.forEach(file ->
                candidates.addAll(purger.beyond(file.name(), file.declared().keep())));
        return candidates;
    }

    private void report(List<JobFile> jobs, List<Candidate> purged, List<Candidate> kept) {
        Terminal terminal = session.terminal();
        if (session.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("dry_run", dryRun);
            document.put(
                    "purged",
                    purged.stream().map(each -> document(each, each.why())).toList());
            document.put(
                    "kept",
                    kept.stream().map(each -> document(each, reason(each))).toList());
            terminal.printJson(document);
            return;
        }
        for (Candidate each : purged) {
            terminal.print((dryRun ? "would purge " : "purged ") + line(each) + ": " + each.why());
        }
        for (Candidate each : kept) {
            terminal.print("kept " + line(each) + ": " + reason(each));
        }
        if (purged.isEmpty() && kept.isEmpty()) {
            boolean says =
                    jobs.stream().anyMatch(file -> !file.declared().keep().equals(Keep.ALL));
            terminal.print(
                    says
                            ? "no run is beyond what its job keeps; nothing is removed"
                            : "no job says what to keep (keep: {runs: 10, days: 90}); everything is kept");
        }
    }

    private static String reason(Candidate kept) {
        return kept.keptBy() == null ? "it was published, pinned, restarted or purged meanwhile" : kept.keptBy();
    }

    private static String line(Candidate candidate) {
        return candidate.run().id() + " (" + candidate.run().name() + ", "
                + candidate.run().state() + ")";
    }

    private static Map<String, Object> document(Candidate candidate, String why) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("run", candidate.run().id().toString());
        document.put("name", candidate.run().name());
        document.put("job", candidate.run().job().value());
        document.put("state", candidate.run().state().name());
        document.put("why", why);
        return document;
    }
}
