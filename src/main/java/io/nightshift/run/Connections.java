package io.nightshift.run;

import io.nightshift.jdbc.DatabaseConfiguration;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Checks, before a run begins, that the pools of its databases have a connection for each of its threads. */
final class Connections {

    /** For the lease, the run's own moves and its finish. */
    private static final int OF_THE_RUN = 3;

    private final Databases databases;

    Connections(Databases databases) {
        this.databases = databases;
    }

    /** @throws io.nightshift.failure.NightshiftException DATABASE_UNUSABLE */
    void require(JobDefinition job, int workers) {
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
        needed.forEach(
                (name, connections) -> databases.requirePool(name, connections, "a run with " + workers + " workers"));
    }
}
