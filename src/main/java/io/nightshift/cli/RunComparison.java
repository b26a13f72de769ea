package io.nightshift.cli;

import io.nightshift.ledger.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What two runs have recorded differently: parameters, definition, model, input, rows, metrics. */
final class RunComparison {

    private static final int LONGEST_VALUE = 60;

    private RunComparison() {}

    /** A path in the runs' records, with the value of each; empty where one has none. */
    record Difference(String what, String first, String second) {}

    static List<Difference> of(
            RunRecord one,
            Map<String, @Nullable Object> oneDocument,
            RunRecord other,
            Map<String, @Nullable Object> otherDocument) {
        Map<String, String> first = flat(one, oneDocument);
        Map<String, String> second = flat(other, otherDocument);
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            String a = first.getOrDefault(name, "");
            String b = second.getOrDefault(name, "");
            if (!Objects.equals(a, b)) {
                differences.add(new Difference(name, shortened(a), shortened(b)));
            }
        }
        return differences;
    }

    /** The snapshot as a tree; an empty object where the run has none. */
    static JsonNode snapshot(RunRecord run) {
        return JsonMapper.shared().readTree(run.snapshot() == null ? "{}" : run.snapshot());
    }

    private static Map<String, String> flat(RunRecord run, Map<String, @Nullable Object> document) {
        Map<String, String> values = new TreeMap<>();
        flatten("", JsonMapper.shared().valueToTree(document), values);
        flatten("snapshot", snapshot(run), values);
        return values;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), values));
        } else {
            values.put(path, node.isString() ? node.asString() : node.toString());
        }
    }

    private static String shortened(String text) {
        String line = text.replace('\n', ' ');
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
    }
}
