package io.nightshift.run;

import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.Databases;
import io.nightshift.jdbc.Dialect;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import io.nightshift.score.ThreadPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Sees to it, before a run begins, that the pools of its databases have a connection for each of its threads. */
final class Connections {

    /** For the lease, the run's own moves and its finish. */
    private static final int OF_THE_RUN = 3;
    /** What more workers than scorers leave of a pool to the queue, the schedules and the endpoint. */
    private static final int OF_OTHERS = 4;

    private final Databases databases;
    private final RunsAtOnce runs;

    Connections(Databases databases, RunsAtOnce runs) {
        this.databases = databases;
        this.runs = runs;
    }

    /**
     * The threads asked for, and where the job's rows come from a server or go to one, more workers as far as the pools have connections
     * for all runs that may be at work at once.
     *
     * @throws io.nightshift.failure.NightshiftException DATABASE_UNUSABLE where a pool is too small for the threads asked for
     */
    ThreadPlan allow(JobDefinition job, ThreadPlan asked) {
        needed(job, asked.workers())
                .forEach((name, connections) ->
                        databases.requirePool(name, connections, "a run with " + asked.workers() + " workers"));
        if (!waitsForServer(job)) {
            return asked;
        }
        ThreadPlan more = asked.besideServer();
        int workers = more.workers();
        while (workers > asked.workers() && !areEnough(needed(job, workers))) {
            workers--;
        }
        return more.atMost(workers);
    }

    private boolean waitsForServer(JobDefinition job) {
        boolean reads =
                job.source() instanceof TableSource source && databases.dialect(source.database()) != Dialect.H2;
        DatabaseConfiguration roles = databases.configuration();
        boolean resultsOnServer = roles.results() != null || roles.metadata() != null;
        return reads || job.output().table() != null && resultsOnServer;
    }

    private boolean areEnough(Map<String, Integer> needed) {
        return needed.entrySet().stream()
                .allMatch(entry -> (long) entry.getValue() * runs.count() + OF_OTHERS
                        <= databases.settings(entry.getKey()).pool());
    }

    /** Connections of one run by the name of the database. */
    private Map<String, Integer> needed(JobDefinition job, int workers) {
        DatabaseConfiguration configuration = databases.configuration();
        Map<String, Integer> needed = new LinkedHashMap<>();
        Optional.ofNullable(configuration.metadata())
                .ifPresent(name -> needed.merge(name, workers + OF_THE_RUN, Integer::sum));
        Optional.ofNullable(configuration.results())
                .filter(name -> !Objects.equals(name, configuration.metadata()))
                .ifPresent(name -> needed.merge(name, workers + OF_THE_RUN, Integer::sum));
        if (job.source() instanceof TableSource source) {
            needed.merge(source.database(), workers + 1, Integer::sum);
        }
        return needed;
    }
}
