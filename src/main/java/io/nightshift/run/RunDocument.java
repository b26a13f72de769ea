package io.nightshift.run;

import io.nightshift.job.JobDefinition;
import io.nightshift.ledger.RunDetails;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What JSON documents say of a run, whoever prints or sends them. Thread-safe. */
public final class RunDocument {

    /** Phases of the run's own thread; all others are worker seconds. */
    public static final List<String> RUN_PHASES = List.of("plan", "model_load", "finish");

    private static final String PHASE = "phase_";
    private static final String SECONDS = "_seconds";

    private final RunDetails details;
    private final RunLedger ledger;

    public RunDocument(RunDetails details, RunLedger ledger) {
        this.details = details;
        this.ledger = ledger;
    }

    /** What lists say of each run. */
    public static Map<String, @Nullable Object> of(RunRecord run) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("run", run.id().toString());
        document.put("name", run.name());
        document.put("job", run.job().value());
        document.put("experiment", run.experiment());
        document.put("state", run.state().name());
        document.put("attempt", run.attempt());
        document.put("created", run.createdAt().toString());
        document.put("started", run.startedAt() == null ? null : run.startedAt().toString());
        document.put("ended", run.endedAt() == null ? null : run.endedAt().toString());
        document.put("published", run.publishedAt() != null);
        document.put("pinned", run.pinned());
        document.put("purged", run.purgedAt() == null ? null : run.purgedAt().toString());
        document.put("parameters", run.parameters());
        document.put("tags", run.tags());
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("read", run.rows().read());
        rows.put("predicted", run.rows().predicted());
        rows.put("rejected", run.rows().rejected());
        rows.put("filtered", run.rows().filtered());
        document.put("rows", rows);
        RunFailure failure = run.failure();
        if (failure != null) {
            Map<String, @Nullable Object> said = new LinkedHashMap<>();
            said.put("code", failure.code().name());
            said.put("kind", failure.code().kind().name().toLowerCase(Locale.ROOT));
            said.put("message", failure.message());
            said.put("where", failure.where());
            document.put("failure", said);
        }
        return document;
    }

    /** With what was measured of its newest attempt. */
    public Map<String, @Nullable Object> measured(RunRecord run) {
        Map<String, Double> metrics = details.metrics(run.id(), run.attempt());
        Map<String, Object> memory = new LinkedHashMap<>();
        metrics.forEach((name, value) -> {
            if (name.startsWith("peak_")) {
                memory.put(name, value.longValue());
            }
        });
        Map<String, @Nullable Object> document = of(run);
        document.put("seconds", metrics.get("seconds"));
        document.put("rows_per_second", committedNothing(run) ? null : metrics.get("rows_per_second"));
        document.put("phases", phases(metrics));
        document.put("memory", memory);
        document.put("outputs", outputs(run));
        document.put("metrics", metrics);
        return document;
    }

    /** Everything that is recorded of it. */
    public Map<String, @Nullable Object> whole(RunRecord run) {
        Map<String, @Nullable Object> document = measured(run);
        document.put("events", ledger.events(run.id()));
        document.put("partitions", details.partitionMetrics(run.id(), run.attempt()));
        document.put("artefacts", details.artefacts(run.id()));
        document.put("snapshot", JsonMapper.shared().readTree(run.snapshot() == null ? "{}" : run.snapshot()));
        return document;
    }

    private static Map<String, @Nullable Object> outputs(RunRecord run) {
        JobDefinition job = RecordedJob.of(run);
        Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
        outputs.put("table", job.output().table());
        outputs.put("view", job.output().table() == null ? null : job.output().table() + "_current");
        outputs.put("parquet", job.output().parquet());
        return outputs;
    }

    /** Such a run has no speed: it would be that of rows which nobody has. */
    public static boolean committedNothing(RunRecord run) {
        return run.state() != RunState.COMPLETED && run.rows().read() == 0;
    }

    /** Seconds by phase: those of the run's own thread, then worker seconds. */
    public static Map<String, Double> phases(Map<String, Double> metrics) {
        Map<String, Double> phases = new LinkedHashMap<>();
        for (String name : RUN_PHASES) {
            Double seconds = metrics.get(name + SECONDS);
            if (seconds != null) {
                phases.put(name, seconds);
            }
        }
        metrics.forEach((name, value) -> {
            if (name.startsWith(PHASE)) {
                phases.put(name.substring(PHASE.length()).replace(SECONDS, ""), value);
            }
        });
        return phases;
    }
}
