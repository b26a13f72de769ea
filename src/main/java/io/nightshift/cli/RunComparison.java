package io.nightshift.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What two runs have recorded differently: parameters, definition, model, input, rows, metrics. */
final class RunComparison {

    private static final int LONGEST_VALUE = 60;
    private static final List<String> DECIDING =
            List.of("job", "snapshot.definition", "parameters.", "snapshot.model.", "snapshot.input.");
    private static final Comparator<String> BY_WEIGHT =
            Comparator.comparingInt(RunComparison::weight).thenComparing(Comparator.naturalOrder());

    private RunComparison() {}

    /** A path in the runs' records, with the value of each; empty where one has none. */
    record Difference(String what, String first, String second) {}

    /** @param one everything of a run, as its document has it */
    static List<Difference> of(JsonNode one, JsonNode other) {
        Map<String, String> first = flat(one);
        Map<String, String> second = flat(other);
        TreeSet<String> names = new TreeSet<>(BY_WEIGHT);
        names.addAll(first.keySet());
        names.addAll(second.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            String a = first.getOrDefault(name, "");
            String b = second.getOrDefault(name, "");
            if (!Objects.equals(a, b)) {
                differences.add(new Difference(name, shortened(differing(a, b)), shortened(differing(b, a))));
            }
        }
        return differences;
    }

    private static Map<String, String> flat(JsonNode run) {
        Map<String, String> values = new TreeMap<>();
        flatten("", RemoteOperations.measured(run), values);
        flatten("snapshot", run.get("snapshot"), values);
        return values;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), values));
        } else if (!node.isNull()) {
            values.put(path, node.isString() ? node.asString() : node.toString());
        }
    }

    /** What decides on a result comes first: definition and parameters, model, input. */
    private static int weight(String name) {
        for (int i = 0; i < DECIDING.size(); i++) {
            if (name.startsWith(DECIDING.get(i))) {
                return i;
            }
        }
        return DECIDING.size();
    }

    /** The lines of a text from the first to the last that differ from another text's. */
    private static String differing(String text, String other) {
        List<String> lines = text.lines().toList();
        List<String> others = other.lines().toList();
        if (lines.size() < 2 || others.size() < 2) {
            return text;
        }
        int shorter = Math.min(lines.size(), others.size());
        int from = 0;
        while (from < shorter && lines.get(from).equals(others.get(from))) {
            from++;
        }
        int same = 0;
        while (same < shorter - from
                && lines.get(lines.size() - 1 - same).equals(others.get(others.size() - 1 - same))) {
            same++;
        }
        return String.join("\n", lines.subList(from, lines.size() - same)).strip();
    }

    private static String shortened(String text) {
        String line = text.replace('\n', ' ');
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
    }
}
