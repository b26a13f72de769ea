package io.nightshift.aggregate;

import io.nightshift.data.Column;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.ScoredBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** One aggregate's groups and measures for one partition. */
final class GroupedMeasures {

    private final AggregatePlan plan;
    private final GroupTable groups;
    private final Map<MeasurePlan.Basis, Accumulator> accumulators = new LinkedHashMap<>();
    private final List<Accumulator> ofRows = new ArrayList<>();
    private final Map<String, List<Accumulator>> ofColumns = new LinkedHashMap<>();

    GroupedMeasures(AggregatePlan plan, int mostGroups) {
        this.plan = plan;
        this.groups = new GroupTable(
                plan.name(),
                plan.groupBy().stream().map(Field::name).toList(),
                plan.groupBy().stream().map(Field::type).toList(),
                mostGroups);
        plan.measures().stream()
                .collect(Collectors.groupingBy(MeasurePlan::basis, LinkedHashMap::new, Collectors.toList()))
                .forEach((basis, measures) -> add(basis, MeasurePlan.newAccumulator(measures)));
    }

    private void add(MeasurePlan.Basis basis, Accumulator accumulator) {
        accumulator.resize(groups.size());
        accumulators.put(basis, accumulator);
        String column = basis.column();
        if (column == null) {
            ofRows.add(accumulator);
        } else {
            ofColumns.computeIfAbsent(column, name -> new ArrayList<>()).add(accumulator);
        }
    }

    String name() {
        return plan.name();
    }

    void add(ScoredBatch batch, BatchValues values) {
        int[] rowGroups = groups.groups(batch);
        resize();
        values.loadRows(rowGroups, batch.predicted());
        for (Accumulator accumulator : ofRows) {
            accumulator.add(values);
        }
        for (Map.Entry<String, List<Accumulator>> entry : ofColumns.entrySet()) {
            values.load(batch.column(entry.getKey()), rowGroups, batch.predicted());
            for (Accumulator accumulator : entry.getValue()) {
                accumulator.add(values);
            }
        }
    }

    private void resize() {
        int size = groups.size();
        for (Accumulator accumulator : accumulators.values()) {
            accumulator.resize(size);
        }
    }

    void merge(GroupedMeasures other) {
        int[] mapping = groups.adopt(other.groups);
        resize();
        accumulators.forEach((basis, accumulator) ->
                accumulator.merge(Objects.requireNonNull(other.accumulators.get(basis)), mapping));
    }

    void write(StateWriter out) {
        groups.write(out);
        for (Accumulator accumulator : accumulators.values()) {
            accumulator.write(out, groups.size());
        }
    }

    void read(StateReader in) {
        groups.read(in);
        for (Accumulator accumulator : accumulators.values()) {
            accumulator.read(in, groups.size());
        }
    }

    AggregateTable result() {
        int[] order = groups.sorted();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < plan.groupBy().size(); i++) {
            columns.add(groups.values(i, order));
        }
        for (MeasurePlan measure : plan.measures()) {
            columns.addAll(
                    Objects.requireNonNull(accumulators.get(measure.basis())).results(measure, order));
        }
        return new AggregateTable(plan.name(), RecordBatch.over(plan.schema(), columns));
    }

    long bytes() {
        long bytes = groups.bytes();
        for (Accumulator accumulator : accumulators.values()) {
            bytes += accumulator.bytes();
        }
        return bytes;
    }
}
