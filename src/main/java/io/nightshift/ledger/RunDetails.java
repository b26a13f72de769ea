package io.nightshift.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What a run records beside its state: plan, snapshot, metrics, artefacts. Thread-safe. */
public final class RunDetails {

    private static final int WHOLE_RUN = -1;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    RunDetails(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Freezes the plan; to be called once per run, in one transaction. */
    public void freezePlan(RunId id, List<PartitionRecord> partitions, long prunedRows, String input) {
        for (PartitionRecord partition : partitions) {
            jdbc.sql("insert into nightshift_partition (run_id, partition_number, chunks, row_count, description)"
                            + " values (?, ?, ?, ?, ?)")
                    .params(
                            id.value(),
                            partition.number(),
                            partition.chunks(),
                            partition.rows(),
                            partition.description())
                    .update();
        }
        long rows = partitions.stream().mapToLong(PartitionRecord::rows).sum() + prunedRows;
        jdbc.sql("update nightshift_run set input = ?, plan_rows = ?, pruned_rows = ? where run_id = ?")
                .params(input, rows, prunedRows, id.value())
                .update();
    }

    public List<PartitionRecord> plan(RunId id) {
        return jdbc.sql("select partition_number, chunks, row_count, description from nightshift_partition"
                        + " where run_id = ? order by partition_number")
                .param(id.value())
                .query((row, number) ->
                        new PartitionRecord(row.getInt(1), row.getInt(2), row.getLong(3), row.getString(4)))
                .list();
    }

    /** The rows of the input as the plan counted them, those left out included; empty before there is a plan. */
    public Optional<Long> plannedRows(RunId id) {
        return jdbc.sql("select plan_rows from nightshift_run where run_id = ? and plan_rows is not null")
                .param(id.value())
                .query(Long.class)
                .optional();
    }

    /** Rows that the plan left out because statistics prove that they do not meet the job's {@code where}. */
    public Optional<Long> prunedRows(RunId id) {
        return jdbc.sql("select pruned_rows from nightshift_run where run_id = ? and pruned_rows is not null")
                .param(id.value())
                .query(Long.class)
                .optional();
    }

    public void snapshot(RunId id, String json) {
        jdbc.sql("update nightshift_run set snapshot = ? where run_id = ?")
                .params(json, id.value())
                .update();
    }

    /** Records measured facts of an attempt as a whole; a repeated name replaces its value. */
    public void metrics(RunRecord run, Map<String, Double> values) {
        replaceMetrics(run, WHOLE_RUN, values);
    }

    /** Records measured facts of one partition in an attempt. */
    public void partitionMetrics(RunRecord run, int partition, Map<String, Double> values) {
        replaceMetrics(run, partition, values);
    }

    /** Two statements for all: one for each value would be a commit for each. */
    private void replaceMetrics(RunRecord run, int partition, Map<String, Double> values) {
        if (values.isEmpty()) {
            return;
        }
        List<Object> key = List.of(run.id().value(), run.attempt(), partition);
        List<Object> replaced = new ArrayList<>(key);
        List<Object> rows = new ArrayList<>();
        values.forEach((name, value) -> {
            replaced.add(name);
            rows.addAll(key);
            rows.add(name);
            rows.add(value);
        });
        transactions.executeWithoutResult(status -> {
            jdbc.sql(
                            "delete from nightshift_metric where run_id = ? and attempt = ? and partition_number = ? and name in ("
                                    + String.join(", ", Collections.nCopies(values.size(), "?")) + ")")
                    .params(replaced)
                    .update();
            jdbc.sql("insert into nightshift_metric (run_id, attempt, partition_number, name, metric_value) values "
                            + String.join(", ", Collections.nCopies(values.size(), "(?, ?, ?, ?, ?)")))
                    .params(rows)
                    .update();
        });
    }

    /** The metrics of an attempt as a whole, by name. */
    public Map<String, Double> metrics(RunId id, int attempt) {
        return allMetrics(id, attempt).getOrDefault(WHOLE_RUN, Map.of());
    }

    /** The metrics of an attempt's partitions by their number. */
    public Map<Integer, Map<String, Double>> partitionMetrics(RunId id, int attempt) {
        Map<Integer, Map<String, Double>> metrics = allMetrics(id, attempt);
        metrics.remove(WHOLE_RUN);
        return metrics;
    }

    private Map<Integer, Map<String, Double>> allMetrics(RunId id, int attempt) {
        Map<Integer, Map<String, Double>> metrics = new TreeMap<>();
        jdbc.sql("select partition_number, name, metric_value from nightshift_metric where run_id = ? and attempt = ?")
                .params(id.value(), attempt)
                .query(row -> {
                    metrics.computeIfAbsent(row.getInt(1), number -> new TreeMap<>())
                            .put(row.getString(2), row.getDouble(3));
                });
        return metrics;
    }

    public void artefact(RunId id, Artefact artefact) {
        new KeyedRow("nightshift_artefact")
                .key("run_id", id.value())
                .key("name", artefact.name())
                .value("kind", artefact.kind())
                .value("location", artefact.location())
                .value("bytes", artefact.bytes())
                .value("sha256", artefact.sha256())
                .write(jdbc);
    }

    /** Forgets something that a run no longer has, unless there is another by that name meanwhile. */
    public void noArtefact(RunId id, String name, String location) {
        jdbc.sql("delete from nightshift_artefact where run_id = ? and name = ? and location = ?")
                .params(id.value(), name, location)
                .update();
    }

    /**
     * What runs have by a name, one each, and their processes left behind. The last lease of a run that has ended is the time that
     * its process has to do the rest.
     *
     * @param alone whether no other process can be at work: then everything is left behind
     */
    public Map<RunId, Artefact> artefactsLeft(String name, boolean alone) {
        Map<RunId, Artefact> found = new LinkedHashMap<>();
        jdbc.sql("select a.run_id, a.kind, a.location from nightshift_artefact a join nightshift_run r"
                        + " on r.run_id = a.run_id where a.name = ? and (r.lease_until < current_timestamp or ?)"
                        + " order by a.run_id")
                .params(name, alone)
                .query(row -> {
                    found.put(
                            new RunId(row.getObject(1, java.util.UUID.class)),
                            new Artefact(name, row.getString(2), row.getString(3), null, null));
                });
        return found;
    }

    public List<Artefact> artefacts(RunId id) {
        return jdbc.sql("select name, kind, location, bytes, sha256 from nightshift_artefact where run_id = ?"
                        + " order by name")
                .param(id.value())
                .query((row, number) -> new Artefact(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getObject(4, Long.class),
                        row.getString(5)))
                .list();
    }
}
